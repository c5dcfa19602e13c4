import { controls } from '../../page/controls';
import { h, type PagePart, showList } from '../../page/dom';
import { translations } from '../../page/language';
import { slider } from '../../page/slider';
import { percent } from '../../page/units';
import type { Act, VendorPage } from '../../page/vendor-page';
import type { LampDevice, LampState } from '../state';

const t = translations({ en: { level: 'Level', host: 'Host', port: 'Port' } });

export const page: VendorPage<LampState> = {
  // The one of its devices that stands on the stage, and what an example can do with it.
  stage: {
    role: 'follows',
    create() {
      const level = h('meter', { min: '0', max: '100', 'aria-label': t('level') });
      return {
        element: level,
        show({ devices: [device] }) {
          if (!device) return undefined;
          level.value = device.state.level;
          return { name: device.name, said: percent(device.state.level) };
        },
      };
    },
  },
  // What the configuration node takes.
  connection(_state, { api }) {
    const { hostname, port } = new URL(api);
    return [
      { label: t('host'), value: hostname },
      { label: t('port'), value: port },
    ];
  },
  devices(act) {
    const grid = h('div', { class: 'devices' });
    const show = showList(
      grid,
      ({ id }: LampDevice) => id,
      (device) => createDevice(device, act),
    );
    return { element: grid, show: ({ devices }) => show(devices) };
  },
};

function createDevice({ id, name }: LampDevice, act: Act): PagePart<LampDevice> {
  const range = { min: 0, max: 100, step: 1, text: percent };
  const level = slider(t('level'), { ...range, change: (value) => act('set', { device: id, level: value }) });
  return { element: h('article', { class: 'card device' }, controls(name, level.element)), show: ({ state }) => level.show(state.level) };
}
