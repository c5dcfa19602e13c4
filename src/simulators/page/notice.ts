import { setReadOnly } from './acting';
import type { Trouble } from './ask';
import { h } from './dom';
import { translations } from './language';
import { editor, isFramed, isList } from './node-red';

const en = {
  login: 'Log in to Node-RED to see the simulated devices. Your user needs the permission to read flows. This page goes on by itself.',
  gone: 'No simulated devices run here. They do while a node “simulated devices” is deployed; its status says what is wrong. This page goes on by itself.',
  denied: 'You can look, but not change anything: that needs a Node-RED user who may deploy.',
  missed: 'No response: what you did last may not have arrived.',
  foreign: 'The request seems to come from another site. A proxy in front of Node-RED must forward the Host or X-Forwarded-Host header.',
  refused: 'The request was refused: “{reason}”',
  open: 'Open Node-RED',
  others: 'Show all simulated devices',
};

const de: typeof en = {
  login:
    'Bitte in Node-RED anmelden, um die simulierten Geräte zu sehen. Der Benutzer muss Flows lesen dürfen. Diese Seite geht von selbst weiter.',
  gone: 'Hier laufen keine simulierten Geräte. Sie laufen, solange ein Node „simulierte Geräte“ übernommen (deploy) ist; sein Status sagt, was fehlt. Diese Seite geht von selbst weiter.',
  denied: 'Hier lässt sich alles ansehen, aber nichts ändern: Das darf nur ein Benutzer von Node-RED, der Flows übernehmen (deploy) darf.',
  missed: 'Keine Antwort: Die letzte Eingabe ist vielleicht nicht angekommen.',
  foreign:
    'Die Anfrage scheint von einer anderen Website zu kommen. Ein Proxy vor Node-RED muss den Header Host oder X-Forwarded-Host weiterleiten.',
  refused: 'Die Anfrage wurde abgelehnt: „{reason}“',
  open: 'Node-RED öffnen',
  others: 'Alle simulierten Geräte zeigen',
};

const t = translations({ en, de });

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
