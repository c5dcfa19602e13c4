import { ask, type ConfigState } from './dialog';
import { descriptionOf, sharedText, typeText } from './fields';
import { note, reveal } from './form';
import type { ParameterControl } from './parameter-control';
import type { Row } from './row';
import { toldText } from './told';

/** What *Try it* runs: the dialog as it stands. */
export interface Trial {
  /** The node as it would be saved. */
  readonly draft: EditorNode;
  readonly connection: ConfigState | undefined;
  readonly rows: readonly Row<ParameterControl>[];
}

/** As the route responds. */
interface Tried {
  readonly text: string;
  readonly isShortened: boolean;
  readonly statusCode: number;
  readonly ms: number;
  readonly messages: number;
  readonly unconfirmed?: boolean;
  readonly failures?: { readonly count: number; readonly of: number };
  readonly warnings: readonly string[];
}

/** Milliseconds after which the row says that the operation still runs. */
const SLOW = 1000;

/** The row of an action panel that runs the operation as it stands in the dialog, without a deploy. */
export class TryIt {
  private readonly button = $('#ensemble-try');
  private readonly row = this.button.closest('.ensemble-row');
  /** What belongs to the last click: a question, the button to stop, the response. */
  private readonly place = $('<div>', { class: 'ensemble-trial' }).appendTo(this.row.children('.ensemble-body'));
  private running: AbortController | undefined;
  private isAsking = false;

  /** @param read the dialog as it stands */
  constructor(private readonly read: () => Trial) {
    this.button.on('click', () => this.begin());
    // The dialog is closed.
    this.row.on('remove', () => this.running?.abort());
    // A question is about what stood there when it was asked.
    this.row.closest('.ensemble').on('change', () => this.isAsking && this.clear());
  }

  private begin(): void {
    this.clear();
    const trial = this.read();
    const problem = problemOf(trial);
    if (problem) this.say(...problem);
    else if (isRead(trial.draft)) void this.run(trial);
    else this.question(trial);
    reveal(this.row);
  }

  private question(trial: Trial): void {
    this.isAsking = true;
    this.say('warning', sharedText('try.question', { what: labelOf(trial.draft) }));
    this.place.append(
      this.offer('try.run', () => void this.run(trial)),
      this.offer('try.cancel', () => this.clear()),
    );
    this.place.children('button').first().trigger('focus');
  }

  private async run({ draft, connection }: Trial): Promise<void> {
    const running = new AbortController();
    this.running = running;
    this.isAsking = false;
    this.place.empty().append(this.offer('try.stop', () => running.abort()));
    this.button.prop('disabled', true);
    const began = performance.now();
    const tell = () => this.say('busy', sharedText('try.running', { time: duration(performance.now() - began) }));
    const ticking = setInterval(tell, SLOW);
    this.say('busy', sharedText('try.started'));
    reveal(this.row);
    try {
      const { type, ...state } = connection as ConfigState;
      this.show(await ask<Tried>(`try/${type}/${draft.type}`, { ...state, action: plain(draft) }, running.signal));
    } catch (error) {
      this.place.empty();
      const time = duration(performance.now() - began);
      if (running.signal.aborted) this.say('info', sharedText('try.stopped'));
      else this.say('error', sharedText('try.failed', { reason: (error as Error).message, time }));
    } finally {
      clearInterval(ticking);
      this.running = undefined;
      this.button.prop('disabled', false);
      reveal(this.row);
    }
  }

  private show({ text, isShortened, statusCode, ms, messages, unconfirmed, failures, warnings }: Tried): void {
    this.say(failures ? 'warning' : 'good', sharedText('try.done', { status: statusCode, time: duration(ms) }));
    const remarks = [
      unconfirmed && sharedText('try.unconfirmed'),
      failures && sharedText('try.failures', { count: failures.count, of: failures.of }),
      messages > 1 && sharedText('try.parts', { count: messages }),
      isShortened && sharedText('try.shortened'),
      ...warnings,
    ].filter((remark) => typeof remark === 'string');
    const response = $('<pre>', { class: 'ensemble-response', tabindex: 0, 'aria-label': sharedText('try.response'), text });
    this.place.empty().append(...remarks.map((remark) => $('<div>', { class: 'ensemble-remark', text: remark })), response);
  }

  private offer(key: string, act: () => void): JQuery {
    return $('<button>', { type: 'button', class: 'red-ui-button', text: sharedText(key) }).on('click', act);
  }

  private say(kind: Parameters<typeof note>[1], text: string): void {
    note(this.row, kind, text);
  }

  private clear(): void {
    this.isAsking = false;
    this.place.empty();
    note(this.row, 'none');
  }
}

/** Why there is nothing to run. */
function problemOf({ draft, connection, rows }: Trial): ['error' | 'info', string] | undefined {
  if (!connection) return ['error', sharedText('missing', { label: sharedText('connection.label') })];
  if (!draft.operation) return ['info', sharedText('try.noOperation')];
  const wrong = rows.map(({ verdict }) => verdict).find((verdict) => verdict !== true);
  if (wrong) return ['error', wrong];
  const fromMessage = rows.filter(({ control }) => control.held.type === 'msg' && control.held.value !== '');
  if (fromMessage.length === 0) return undefined;
  const fields = fromMessage.map(({ name }) => name);
  return ['info', toldText([{ catalogue: 'ensemble-editor', key: 'refused.message', values: {}, fields }], [draft.type])];
}

/** An operation that the panel does not know may do anything. */
const isRead = ({ type, operation }: EditorNode): boolean =>
  descriptionOf(type).operations?.find(({ id }) => id === operation)?.reads === true;

/** Operation and target, as the node would be labelled without a name. */
function labelOf(draft: EditorNode): string {
  const { label } = draft._def as { label?: unknown };
  return typeof label === 'function' ? String(label.call({ ...draft, name: '' })) : typeText(draft.type, 'label');
}

/** What the route needs of the node. */
function plain({ id, type, z, g, name, operation, parameters, ...rest }: EditorNode): object {
  const own = Object.keys(descriptionOf(type).settings ?? {}).map((setting) => [setting, rest[setting]]);
  return { id, type, z, g, name, operation, parameters, ...Object.fromEntries(own) };
}

/** In the editor's language. */
function duration(ms: number): string {
  const [value, unit] = ms < SLOW ? [Math.round(ms), 'millisecond'] : [ms / 1000, 'second'];
  return new Intl.NumberFormat(RED.i18n.lang(), { style: 'unit', unit, maximumFractionDigits: 1 }).format(value);
}
