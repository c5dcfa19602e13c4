import { ask, openDialogState } from './dialog';
import { sharedText, typeText } from './fields';
import { note, reveal } from './form';
import { named } from './language';
import { type Told, toldText } from './told';

/** As the route for checks responds. */
interface Checked {
  readonly id: string;
  readonly verdict: 'confirmed' | 'differs' | 'cannot be told';
  readonly told: readonly Told[];
  readonly correction?: { readonly setting: string; readonly value: unknown };
  /** What has to be sent to find out. */
  readonly toldProbe?: Told;
}

/** What the row says in the end. */
interface Outcome {
  readonly kind: 'good' | 'warning' | 'error';
  readonly text: string;
}

const ICONS = { confirmed: 'fa-check', differs: 'fa-exclamation-triangle', 'cannot be told': 'fa-question' };

/** The row of a config panel with *Check*, which asks what is true of this vendor, and *Diagnostics*, the file for a report. */
export class ReportRow {
  private readonly row = $('#ensemble-check').closest('.ensemble-row');
  private readonly list = $('<ul>', { class: 'ensemble-findings' }).appendTo(this.row.find('.ensemble-body'));

  /** @param put sets a setting of the dialog, and returns whether it could */
  constructor(
    private readonly node: EditorNode,
    private readonly put: (setting: string, value: unknown) => boolean,
  ) {
    $('#ensemble-check').on('click', () => void this.run('check', () => this.check()));
    $('#ensemble-diagnostics').on('click', () => void this.run('diagnostics', () => this.download()));
  }

  private async run(name: 'check' | 'diagnostics', work: () => Promise<Outcome>): Promise<void> {
    const buttons = this.row.find('button').prop('disabled', true);
    note(this.row, 'busy', sharedText(`${name}.running`));
    try {
      const { kind, text } = await work();
      note(this.row, kind, text);
    } catch (error) {
      note(this.row, 'error', (error as Error).message);
    } finally {
      buttons.prop('disabled', false);
      reveal(this.row);
    }
  }

  private async check(): Promise<Outcome> {
    this.list.empty();
    const checked = await this.ask();
    // What is to be done comes first.
    for (const verdict of ['differs', 'cannot be told', 'confirmed'] as const)
      this.list.append(...checked.filter((one) => one.verdict === verdict).map((one) => this.finding(one)));
    const count = (verdict: Checked['verdict']) => checked.filter((one) => one.verdict === verdict).length;
    const [confirmed, differ, untold] = [count('confirmed'), count('differs'), count('cannot be told')];
    if (confirmed + differ === 0) return { kind: 'error', text: sharedText('check.nothing') };
    const text = sharedText('check.done', { confirmed: String(confirmed), differ: String(differ), untold: String(untold) });
    return { kind: differ > 0 ? 'warning' : 'good', text };
  }

  /** @param probe the assumption to whose request the person has agreed; without, all are asked for by reads */
  private async ask(probe?: string): Promise<readonly Checked[]> {
    const { type, ...state } = openDialogState(this.node);
    const { checked } = await ask<{ checked: readonly Checked[] }>(`check/${type}`, { ...state, ...(probe && { parameters: { probe } }) });
    return checked;
  }

  private finding({ id, verdict, told, correction, toldProbe }: Checked): JQuery {
    const { type } = this.node;
    const item = $('<li>', { 'data-verdict': verdict, title: id }).append(
      $('<i>', { class: `fa ${ICONS[verdict]}`, 'aria-hidden': 'true' }),
      $('<div>').append(
        $('<b>', { text: sharedText(`check.verdicts.${verdict}`) }),
        $('<span>', { text: named('', typeText(type, `assumptions.${id}`)) }),
        $('<div>', { class: 'ensemble-found', text: toldText(told, [type]) }),
      ),
    );
    const offer = (text: string, act: () => void) => {
      const button = $('<button>', { type: 'button', class: 'red-ui-button red-ui-button-small', text });
      item.children('div').append(button.on('click', act));
    };
    const say = (text: string) =>
      item.find('button, [role="status"]').replaceWith($('<div>', { class: 'ensemble-found', role: 'status', text }));
    if (correction)
      offer(sharedText('check.correct'), () => {
        const isEntered = this.put(correction.setting, correction.value);
        say(isEntered ? sharedText('check.corrected') : sharedText('check.byHand', { value: JSON.stringify(correction.value) }));
      });
    if (toldProbe) {
      item.children('div').append($('<div>', { class: 'ensemble-found', text: toldText([toldProbe], [type]) }));
      offer(sharedText('check.probe'), () => {
        say(sharedText('check.running'));
        this.ask(id).then(
          (checked) => item.replaceWith(checked.map((one) => this.finding(one)[0] as HTMLElement)),
          (error: Error) => say(error.message),
        );
      });
    }
    return item;
  }

  /** The browser saves the file; nothing is sent anywhere. */
  private async download(): Promise<Outcome> {
    const { type, ...state } = openDialogState(this.node);
    const report = await ask<object>(`diagnostics/${type}`, state);
    const url = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }));
    const name = `ensemble-${type}-diagnostics.json`;
    $('<a>', { href: url, download: name })[0]?.click();
    URL.revokeObjectURL(url);
    return { kind: 'good', text: sharedText('diagnostics.done', { name }) };
  }
}
