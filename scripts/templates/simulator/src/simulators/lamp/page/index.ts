import { controls, numberField } from '../../page/controls';
import { h, type PagePart, showList } from '../../page/dom';
import { translations } from '../../page/language';
import type { Act, Renderer } from '../../page/renderer';
import type { LampDevice, LampState } from '../state';

const t = translations({ en: { level: 'Level' }, de: { level: 'Pegel' } });

export const render: Renderer<LampState> = (root, act) => {
  const grid = h('div', { class: 'devices' });
  root.append(grid);
  const show = showList(
    grid,
    ({ id }: LampDevice) => id,
    (device) => createDevice(device, act),
  );
  return ({ devices }) => show(devices);
};

function createDevice({ id, name }: LampDevice, act: Act): PagePart<LampDevice> {
  const level = numberField(t('level'), '%', 100, (value) => act('set', { device: id, level: value }));
  return { element: controls(name, level.element), show: ({ state }) => level.show(state.level) };
}
