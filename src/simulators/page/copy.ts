import { signButton } from './controls';
import { h, type PagePart } from './dom';
import { icons } from './icons';
import { t } from './texts';
import type { Setting } from './vendor-page';

/** Milliseconds for which a button shows that it has copied. */
const SHOWN = 1600;

/** What a configuration node takes, each with a button that copies it. */
export function createSettings(): PagePart<readonly Setting[]> {
  const list = h('dl', { class: 'connection' });
  let shown = '';
  return {
    element: list,
    show(settings) {
      if (shown === JSON.stringify(settings)) return;
      shown = JSON.stringify(settings);
      list.replaceChildren(...settings.map(createSetting));
    },
  };
}

function createSetting({ label, value }: Setting): HTMLElement {
  const field = h('code', {}, value);
  const name = t('copy', { what: label });
  const sign = signButton(icons.copy(), name, () => {
    void copy(value, field).then((copied) => {
      sign.replaceChildren(copied ? icons.done() : icons.copy());
      sign.setAttribute('aria-label', t(copied ? 'copied' : 'notCopied', { what: label }));
      setTimeout(() => {
        sign.replaceChildren(icons.copy());
        sign.setAttribute('aria-label', name);
      }, SHOWN);
    });
  });
  return h('div', {}, h('dt', {}, label), h('dd', {}, field), sign);
}

/** @returns whether it is in the clipboard; else it is selected, so that a person can copy it */
async function copy(text: string, field: HTMLElement): Promise<boolean> {
  // Only a page from this machine or with TLS has it.
  const clipboard: Clipboard | undefined = navigator.clipboard;
  const written = clipboard?.writeText(text).then(
    () => true,
    () => false,
  );
  if (await written) return true;
  getSelection()?.selectAllChildren(field);
  return document.execCommand('copy');
}
