import { ask, openDialogState } from './dialog';
import { descriptionOf, sharedText } from './fields';
import { note } from './form';

/** Milliseconds between two requests for the state of the sign-in. */
const POLL_INTERVAL = 1000;

/** The row with the button for the vendor's sign-in page. */
export class SignInRow {
  private readonly button = $('#ensemble-sign-in');
  private readonly row = this.button.closest('.ensemble-row');
  /** The number of calls of `follow`: only the last one continues. */
  private followed = 0;
  private readonly callback = new URL('ensemble/signed-in', document.baseURI).href;

  constructor(private readonly node: EditorNode) {
    this.button.on('click', () => void this.begin());
    this.row.find('.ensemble-hint').append($('<div>', { text: sharedText('signIn.callback', { address: this.callback }) }));
    const conditions = Object.entries(descriptionOf(node.type).signIn?.when ?? {});
    const input = (name: string) => $(`#node-config-input-${name}`);
    const show = () => this.row.toggle(conditions.every(([name, value]) => input(name).val() === value));
    for (const [name] of conditions) input(name).on('change', show);
    show();
    void this.follow();
  }

  private async begin(): Promise<void> {
    // Opened at once, in response to the click: browsers block a window that is opened later.
    const opened = window.open('', '_blank');
    if (!opened) return note(this.row, 'warning', sharedText('signIn.blocked'));
    this.followed++;
    note(this.row, 'busy', sharedText('signIn.running'));
    try {
      const { type, ...state } = openDialogState(this.node);
      const { page } = await ask<{ page: string }>(`sign-in/${type}`, { ...state, callback: this.callback });
      // The vendor's page must not have access to the editor.
      opened.opener = null;
      opened.location.href = page;
    } catch (error) {
      opened.close();
      return note(this.row, 'error', (error as Error).message);
    }
    await this.follow();
  }

  /** Shows the state of the sign-in until it has ended, has expired, or the dialog is closed. */
  private async follow(): Promise<void> {
    const { type, id } = this.node;
    const current = ++this.followed;
    for (;;) {
      const state = await ask<SignInState>(`sign-in/${type}/${id}`).catch((error: Error) => error);
      // A response to a request from before the click would say that nobody is signed in.
      if (current !== this.followed || !document.contains(this.button[0] ?? null)) return;
      if (state instanceof Error) return note(this.row, 'error', state.message);
      if (!state.pending)
        return note(this.row, state.signedIn ? 'good' : 'info', sharedText(state.signedIn ? 'signIn.done' : 'signIn.none'));
      note(this.row, 'busy', sharedText('signIn.running'));
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL));
    }
  }
}

interface SignInState {
  readonly signedIn: boolean;
  readonly pending: boolean;
}
