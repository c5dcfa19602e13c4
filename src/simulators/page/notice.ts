import { setReadOnly } from './acting';
import type { Trouble } from './ask';
import { h } from './dom';
import { editor, isFramed, isList } from './node-red';
import { t } from './notice-texts';

/** The line on top of the page that says what it cannot do, and what to do about it. */
export class Notice {
  private readonly element = h('div', { class: 'notice', role: 'alert', hidden: true });
  private trouble: Trouble | undefined;
  private isDenied = false;
  private isMissed = false;

  constructor(before: Node | null = document.body.firstChild) {
    document.body.insertBefore(this.element, before);
  }

  /** Nothing, once there is none. A connection that was lost shows elsewhere. */
  show(trouble?: Trouble): void {
    this.trouble = trouble;
    this.update();
  }

  /** Whether the person may change nothing. */
  deny(isDenied: boolean): void {
    this.isDenied = isDenied;
    setReadOnly(isDenied);
    this.update();
  }

  /** Whether something that the person did got no response. */
  miss(isMissed: boolean): void {
    if (isMissed === this.isMissed) return;
    this.isMissed = isMissed;
    this.update();
  }

  private update(): void {
    const content = this.content();
    this.element.hidden = content.length === 0;
    // A screen reader reads aloud whatever is put there.
    const text = content.map((part) => (typeof part === 'string' ? part : part.textContent)).join('');
    if (text !== this.element.textContent) this.element.replaceChildren(...content);
  }

  private content(): (string | HTMLElement)[] {
    // Inside the editor, it is open already.
    const link = editor && !isFramed ? [' ', h('a', { href: editor.href, target: '_blank', rel: 'noopener' }, t('open'))] : [];
    const all = editor && !isList ? [' ', h('a', { href: `../${location.search}` }, t('others'))] : [];
    switch (this.trouble?.kind) {
      case 'login':
        return [t('login'), ...link];
      case 'gone':
        return [t('gone'), ...all];
      case 'foreign':
        return [t('foreign')];
      case 'refused':
        return [t('refused', { reason: this.trouble.message })];
      default:
        if (this.isMissed) return [t('missed')];
        return this.isDenied ? [t('denied'), ...link] : [];
    }
  }
}
