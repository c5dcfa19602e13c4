import { ask, openDialogState } from './dialog';
import { descriptionOf, word } from './fields';
import { note } from './form';

/** Milliseconds between two looks whether the person has come back. */
const PACE = 1000;

/** The row that leads to the vendor's own page, on which a person signs in. */
export class SignInRow {
  private readonly button = $('#ensemble-sign-in');
  private readonly row = this.button.closest('.ensemble-row');
  private readonly callback = new URL('ensemble/signed-in', document.baseURI).href;

  constructor(private readonly node: EditorNode) {
    this.button.on('click', () => void this.begin());
    this.row.find('.ensemble-hint').append($('<div>', { text: word('signIn.callback', { address: this.callback }) }));
    const conditions = Object.entries(descriptionOf(node.type).signIn?.when ?? {});
    const input = (name: string) => $(`#node-config-input-${name}`);
    const show = () => this.row.toggle(conditions.every(([name, value]) => input(name).val() === value));
    for (const [name] of conditions) input(name).on('change', show);
    show();
    this.follow().catch((error: Error) => note(this.row, 'error', error.message));
  }

  private async begin(): Promise<void> {
    // Opened at once, as an answer to the click: browsers block a window that comes later.
    const opened = window.open('', '_blank');
    if (!opened) return note(this.row, 'warning', word('signIn.blocked'));
    note(this.row, 'busy', word('signIn.running'));
    try {
      const { type, ...state } = openDialogState(this.node);
      const { page } = await ask<{ page: string }>(`sign-in/${type}`, { ...state, callback: this.callback });
      // The vendor's page needs no way back into the editor.
      opened.opener = null;
      opened.location.href = page;
      await this.follow();
    } catch (error) {
      opened.close();
      note(this.row, 'error', (error as Error).message);
    }
  }

  /** Until the person is back, has taken too long, or has closed this dialog. */
  private async follow(): Promise<void> {
    while (document.contains(this.button[0] ?? null)) {
      if (!(await this.tell())) return;
      await new Promise((resolve) => setTimeout(resolve, PACE));
    }
  }

  /** Shows how it stands; true while a sign-in is under way. */
  private async tell(): Promise<boolean> {
    const { type, id } = this.node;
    const { signedIn, pending } = await ask<{ signedIn: boolean; pending: boolean }>(`sign-in/${type}/${id}`);
    if (pending) note(this.row, 'busy', word('signIn.running'));
    else note(this.row, signedIn ? 'good' : 'info', word(signedIn ? 'signIn.done' : 'signIn.none'));
    return pending;
  }
}
