import { h } from '../../page/dom';
import { paced } from '../../page/paced';
import { slider } from '../../page/slider';
import { ago, celsius, percent } from '../../page/units';
import type { StageDevice } from '../../page/vendor-page';
import type { ThingseeState } from '../state';
import { t } from './texts';

/** The sensor of the example for all vendors, which reads its humidity. */
const ON_STAGE = 'TSEN03X2Z74162459';
/** Milliseconds between two reports while a person moves the slider. */
const PAUSE = 250;

/** A small sensor with a display; a person changes the humidity around it. */
export const stage: StageDevice<ThingseeState> = {
  role: 'reports',
  create(act) {
    const [humidity, temperature, lamp] = [h('b'), h('span'), h('i')];
    const send = paced(PAUSE, (value: number, done) => act('humidity', { tuid: ON_STAGE, humidity: value }, done));
    const change = (value: number) => {
      humidity.textContent = percent(value);
      send(value);
    };
    const field = slider(t('humidity'), { min: 0, max: 100, step: 1, text: percent, change });
    const body = h('div', { class: 'sensor', role: 'img' }, lamp, humidity, temperature);
    return {
      element: h('div', { class: 'sensor-stage' }, h('div', { class: 'fit' }, body), field.element),
      show({ things }) {
        const thing = things.find(({ tuid }) => tuid === ON_STAGE);
        if (thing?.humidity === undefined) return undefined;
        humidity.textContent = percent(thing.humidity);
        temperature.textContent = celsius(thing.values.at(-1) ?? 0);
        body.setAttribute('aria-label', `${humidity.textContent}, ${temperature.textContent}`);
        field.show(Math.round(thing.humidity));
        // Its light flashes with each report.
        lamp.dataset.flash = String(thing.seen % 2);
        return { name: t(thing.kind), said: t('reported', { time: ago(1000 * thing.seen) }) };
      },
    };
  },
};
