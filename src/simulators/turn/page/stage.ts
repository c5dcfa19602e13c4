import { button } from '../../page/controls';
import type { PagePart } from '../../page/dom';
import { h, showList } from '../../page/dom';
import type { StageDevice } from '../../page/vendor-page';
import type { TurnPage, TurnState } from '../state';
import { createDial } from './dial';
import { t } from './texts';
import { channelValue, displayOf } from './values';

/** The pages of the example for all vendors: what follows the first follows the dial; the second shows what a sensor measures. */
const ON_STAGE = ['light/2', 'humidity/1'] as const;
const [LEADING] = ON_STAGE;

/** The dial, with the few pages that matter there. */
export const stage: StageDevice<TurnState> = {
  role: 'leads',
  create(act) {
    let selected: string = LEADING;
    let state: TurnState | undefined;
    const dial = createDial(
      (page, steps, done) => act('dial', { page, steps }, done),
      () => state && show(state),
    );
    const keys = h('div', { class: 'turn-shown', role: 'group', 'aria-label': t('shown') });
    const select = (id: string) => {
      selected = id;
      if (state) show(state);
    };
    const showKeys = showList(
      keys,
      ({ id }: TurnPage) => id,
      ({ id }) => createPageKey(id, select, () => selected),
    );
    const show = (now: TurnState) => {
      state = now;
      const pages = ON_STAGE.flatMap((wanted) => now.pages.filter(({ id }) => id === wanted));
      const page = pages.find(({ id }) => id === selected) ?? pages[0];
      if (!page) return undefined;
      selected = page.id;
      dial.show(page);
      showKeys(pages.map((one) => dial.shown(one)));
      const leading = pages.find(({ id }) => id === LEADING);
      const value = leading ? String(channelValue(leading, leading.dialChannel)) : '';
      return { name: t('dial'), said: '', leads: { value, isHeard: now.streams > 0 } };
    };
    return { element: h('div', { class: 'turn-stage' }, h('div', { class: 'fit' }, dial.element), keys), show };
  },
};

function createPageKey(id: string, select: (id: string) => void, selected: () => string): PagePart<TurnPage> {
  const [name, value] = [h('span'), h('b')];
  const key = button('', () => select(id));
  key.append(name, value);
  return {
    element: key,
    show(page) {
      const { large, small } = displayOf(page);
      name.textContent = page.name;
      value.textContent = small || large;
      key.setAttribute('aria-pressed', String(id === selected()));
    },
  };
}
