import './sonata.css';
import { button, controls, labelled, select, signButton } from '../../page/controls';
import { h, type PagePart, showList } from '../../page/dom';
import { icons } from '../../page/icons';
import { named } from '../../page/language';
import { number } from '../../page/units';
import type { Act, StageDevice, VendorPage } from '../../page/vendor-page';
import type { SonataState } from '../state';
import { createGrid } from './matrix';
import { t } from './texts';

type MatrixState = SonataState['matrices'][number];

/** The matrix that the example for all vendors writes to. */
const ON_STAGE = { installation: 1, device: 4 };

const stage: StageDevice<SonataState> = {
  role: 'follows',
  create() {
    const grid = createGrid();
    return {
      element: grid.element,
      show({ matrices }) {
        const matrix = matrices.find(({ installation, device }) => installation === ON_STAGE.installation && device === ON_STAGE.device);
        if (!matrix) return undefined;
        const shown = { name: nameOf(matrix), said: litOf(matrix) };
        grid.show(matrix.levels);
        grid.element.setAttribute('aria-label', shown.said);
        return shown;
      },
    };
  },
};

export const page: VendorPage<SonataState> = {
  stage,
  connection: (_state, { api, mqtt }) => [
    { label: t('url'), value: api },
    { label: t('installation'), value: String(ON_STAGE.installation) },
    { label: t('broker'), value: mqtt },
  ],
  devices(act) {
    const grid = h('div', { class: 'devices' });
    const show = showList(
      grid,
      ({ installation, device }: MatrixState) => `${installation}/${device}`,
      (matrix) => createMatrix(matrix, act),
    );
    return { element: grid, show: ({ matrices }) => show(matrices) };
  },
  settings: createWebhook,
};

const nameOf = ({ device }: MatrixState): string => t('matrix', { device });

function litOf({ levels }: MatrixState): string {
  const count = levels.filter((level) => level > 0).length;
  return count > 0 ? t('lit', { count: number(count) }) : t('dark');
}

function createMatrix(matrix: MatrixState, act: Act): PagePart<MatrixState> {
  const { installation, device } = matrix;
  const grid = createGrid();
  grid.element.dataset.device = `${installation}/${device}`;
  const count = h('span', { class: 'count' });
  const [name, ids] = [nameOf(matrix), t('ids', { installation, device })];
  const press = (action: string) => () => act(action, { installation, device });
  const restart = signButton(icons.restart(), t('restart'), press('restart'), named(t('restart'), t('restartHint')));
  return {
    element: h(
      'article',
      { class: 'card device', 'aria-label': `${name}, ${ids}` },
      h('header', {}, h('h3', {}, name), count, h('small', {}, ids)),
      grid.element,
      h('footer', {}, button(t('toggle'), press('toggle')), button(t('off'), press('off')), restart),
    ),
    show(now) {
      grid.show(now.levels);
      count.textContent = litOf(now);
      grid.element.setAttribute('aria-label', named(name, litOf(now)));
    },
  };
}

function createWebhook(act: Act): PagePart<SonataState> {
  const bodies = { string: t('bodyString'), object: t('bodyObject'), text: t('bodyText') };
  const body = select(t('webhookBody'), bodies, (value) => act('events', { webhookBody: value }));
  const keys = { type: 'type', message_type: 'message_type' };
  const typeKey = select(t('typeKey'), keys, (value) => act('events', { typeKey: value }));
  const subscriber = labelled(t('subscriber'));
  return {
    element: controls(t('events'), subscriber.element, body.element, typeKey.element),
    show(state) {
      subscriber.show(state.subscriber || t('noSubscriber'));
      body.show(state.webhookBody);
      typeKey.show(state.typeKey);
    },
  };
}
