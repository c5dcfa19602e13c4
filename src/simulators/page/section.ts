import { acting } from './acting';
import { createSettings } from './copy';
import { h } from './dom';
import { createDrawer } from './drawer';
import { activeFaults, createFaults } from './faults';
import type { Shown } from './gathered';
import { t } from './texts';
import type { VendorSection } from './update';
import type { Act, VendorPage } from './vendor-page';

/** One vendor: what its configuration node takes, its devices, and the drawer with settings and faults. */
export interface Section {
  readonly name: string;
  readonly element: HTMLElement;
  /** @returns the faults that are switched on, in words; undefined where the update says nothing of them */
  show(update: Shown): readonly string[] | undefined;
}

export function createSection({ id, name, address, hasOtherwise }: VendorSection, page: VendorPage<never> | undefined, act: Act): Section {
  const connection = createSettings();
  const faults = createFaults(act, hasOtherwise);
  const [devices, settings] = [page?.devices(act), page?.settings?.(act)];
  const warning = h('span', { class: 'warning', hidden: true });
  const summary = [h('h3', {}, t(settings ? 'drawer' : 'faults')), warning];
  const drawer = createDrawer(
    id,
    { summary },
    h('div', { class: 'drawers' }, acting(...(settings ? [settings.element] : []), faults.element)),
  );
  const panel = { id, class: 'vendor', role: 'tabpanel', 'aria-labelledby': `tab-${id}`, tabindex: '-1' };
  const hint = h('p', { class: 'hint' }, t('connectionHint'));
  const addresses = { api: address, mqtt: '' };
  return {
    name,
    element: h('section', panel, hint, connection.element, ...(devices ? [acting(devices.element)] : []), drawer),
    show({ mqtt, vendors, faults: all }) {
      if (mqtt) addresses.mqtt = mqtt.address;
      const state = vendors[id] as never;
      if (state) {
        connection.show(page?.connection?.(state, addresses) ?? [{ label: t('address'), value: addresses.api }]);
        devices?.show(state);
        settings?.show(state);
      }
      const values = all[id];
      if (!values) return undefined;
      faults.show(values);
      const active = activeFaults(values);
      warning.hidden = active.length === 0;
      warning.textContent = active.join(' · ');
      return active;
    },
  };
}
