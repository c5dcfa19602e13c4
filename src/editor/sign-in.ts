import { ask, openDialogState } from './dialog';
import { descriptionOf, word } from './fields';
import { note } from './form';

/** Milliseconds between two looks whether the person has come back. */
const PACE = 1000;

/** The row that leads to the vendor's own page, on which a person signs in. */
export class SignInRow {
  private readonly button = $('#ensemble-sign-in');
  private readonly row = this.button.closest('.ensemble-row');
  /** How often it was begun to follow: only the last goes on. */
  private followed = 0;
  private readonly callback = new URL('ensemble/signed-in', document.baseURI).href;

  constructor(private readonly node: EditorNode) {
    this.button.on('click', () => void this.begin());
    this.row.find('.ensemble-hint').append($('<div>', { text: word('signIn.callback', { address: this.callback }) }));
    const conditions = Object.entries(descriptionOf(node.type).signIn?.when ?? {});
    const input = (name: string) => $(`#node-config-input-${name}`);
    const show = () => this.row.toggle(conditions.every(([name, value]) => input(name).val() === value));
    for (const [name] of conditions) input(name).on('change', show);
    show();
    void this.follow();
  }

  private async begin(): Promise<void> {
    // Opened at once, as an answer to the click: browsers block a window that comes later.
    const opened = window.open('', '_blank');
    if (!opened) return note(this.row, 'warning', word('signIn.blocked'));
    this.followed++;
    note(this.row, 'busy', word('signIn.running'));
    try {
      const { type, ...state } = openDialogState(this.node);
      const { page } = await ask<{ page: string }>(`sign-in/${type}`, { ...state, callback: this.callback });
      // The vendor's page needs no way back into the editor.
      opened.opener = null;
      opened.location.href = page;
    } catch (error) {
      opened.close();
      return note(this.row, 'error', (error as Error).message);
    }
    await this.follow();
  }

  /** Until the person is back, has taken too long, or has closed this dialog. */
  private async follow(): Promise<void> {
    const { type, id } = this.node;
    const current = ++this.followed;
    for (;;) {
      const state = await ask<SignInState>(`sign-in/${type}/${id}`).catch((error: Error) => error);
      // An answer from before the person began would say that nobody is signed in.
      if (current !== this.followed || !document.contains(this.button[0] ?? null)) return;
      if (state instanceof Error) return note(this.row, 'error', state.message);
      if (!state.pending) return note(this.row, state.signedIn ? 'good' : 'info', word(state.signedIn ? 'signIn.done' : 'signIn.none'));
      note(this.row, 'busy', word('signIn.running'));
      await new Promise((resolve) => setTimeout(resolve, PACE));
    }
  }
}

interface SignInState {
  readonly signedIn: boolean;
  readonly pending: boolean;
}
