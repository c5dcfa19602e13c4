import { acting } from './acting';
import { h } from './dom';
import { activeFaults } from './faults';
import { Following } from './following';
import type { Shown } from './gathered';
import { language } from './language';
import { createMark, showMark } from './mark';
import { t } from './texts';
import type { VendorSection } from './update';
import type { Act, OnStage, StageDevice, VendorPage } from './vendor-page';

const ROLES = ['leads', 'reports', 'follows'] as const;
const names = new Intl.ListFormat(language);

interface Place {
  readonly id: string;
  readonly role: StageDevice<never>['role'];
  readonly element: HTMLElement;
  /** As it was shown last; nothing: not there. */
  now: OnStage | undefined;
  show(update: Shown): void;
}

/** One device of each vendor, together: what leads, what reports, and what follows. */
export class Stage {
  readonly element: HTMLElement;
  private readonly hint = h('p', { class: 'stage-hint', role: 'status' });
  private readonly grid = h('div', { class: 'stage-devices' });
  private readonly following = new Following(() => this.tell());
  private places: readonly Place[] = [];

  constructor(
    private readonly pages: Readonly<Record<string, VendorPage<never>>>,
    private readonly actOf: (id: string) => Act,
  ) {
    this.element = h('section', { class: 'stage', 'aria-label': t('stage'), hidden: true }, this.hint, acting(this.grid));
  }

  show(update: Shown): void {
    if (update.sections && this.places.length === 0) this.begin(update.sections);
    for (const place of this.places) place.show(update);
    const leaders = this.places.filter(({ role }) => role === 'leads');
    for (const { now } of leaders) this.following.lead(now?.leads?.value);
    // What was received before the page was opened has followed nothing here.
    if (!update.sections) this.following.see(update.log.filter(({ vendor }) => !leaders.some(({ id }) => id === vendor)));
    this.tell();
  }

  private begin(sections: readonly VendorSection[]): void {
    const devices = sections.flatMap(({ id, name }) => {
      const device = this.pages[id]?.stage;
      return device ? [{ id, vendor: name, device }] : [];
    });
    const isWide = ({ device }: (typeof devices)[number]) => Number(device.isWide ?? false);
    const ordered = ROLES.flatMap((wanted) =>
      devices.filter(({ device }) => device.role === wanted).sort((one, other) => isWide(other) - isWide(one)),
    );
    this.places = ordered.map(({ id, vendor, device }) => {
      const act = this.actOf(id);
      return createPlace(id, vendor, device, device.role === 'leads' ? this.following.after(act) : act);
    });
    this.grid.replaceChildren(...this.places.map(({ element }) => element));
  }

  /** Says what to do, or what is missing. */
  private tell(): void {
    const { text, isTrouble } = this.sentence();
    // Said again only where it is something else.
    if (this.hint.textContent !== text) this.hint.textContent = text;
    this.hint.classList.toggle('trouble', isTrouble);
    this.element.hidden = this.places.every(({ now }) => now === undefined);
  }

  private sentence(): { readonly text: string; readonly isTrouble: boolean } {
    const followers = this.places.filter(({ role, now }) => role === 'follows' && now);
    const namesOf = (places: readonly Place[]) => names.format(places.map(({ now }) => now?.name ?? ''));
    const missed = followers.filter(({ id }) => this.following.hasMissed(id));
    const followed = followers.filter((place) => !missed.includes(place));
    if (missed.length > 0 && followed.length > 0)
      return { text: t('partly', { followed: namesOf(followed), missed: namesOf(missed) }), isTrouble: true };
    if (missed.length > 0) return { text: t('missed'), isTrouble: true };
    if (this.places.some(({ now }) => now?.leads?.isHeard === false)) return { text: t('unheard'), isTrouble: true };
    return { text: t('turn', { followers: namesOf(followers) }), isTrouble: false };
  }
}

function createPlace(id: string, vendor: string, { role, isWide, create }: StageDevice<never>, act: Act): Place {
  const part = create(act);
  const [name, said, mark] = [h('b'), h('p', { class: 'said' }), createMark()];
  const link = h('a', { href: `#${id}` }, name, h('small', {}, vendor));
  const drawing = h('div', { class: 'drawing' }, part.element);
  const attributes = { class: `place ${role} ${isWide ? 'wide' : ''}`, 'data-stage': id, hidden: true };
  const element = h('article', attributes, h('header', {}, link), drawing, said, mark);
  const place: Place = {
    id,
    role,
    element,
    now: undefined,
    show({ vendors, faults }) {
      const [state, values] = [vendors[id] as never, faults[id]];
      if (values) showMark(mark, activeFaults(values));
      if (!state) return;
      place.now = part.show(state);
      element.hidden = !place.now;
      name.textContent = place.now?.name ?? '';
      said.textContent = place.now?.said ?? '';
      element.setAttribute('aria-label', `${place.now?.name ?? ''}, ${vendor}`);
    },
  };
  return place;
}
