import { ask, type ConfigState } from './dialog';
import { descriptionOf, sharedText } from './fields';
import { note, reveal } from './form';
import type { ParameterControl } from './parameter-control';
import type { Row } from './row';
import { type Told, toldText } from './told';
import { duration, filledIn, headingOf, operationText, SLOW } from './trial-texts';

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
  readonly warnings: readonly Told[];
}

/** Milliseconds for which a button that has just come ignores clicks: the second click of a double click was meant for what was there before. */
const IGNORING = 500;

/** The row of an action panel that runs the operation as it stands in the dialog, without a deploy. */
export class TryIt {
  private readonly button = $('#ensemble-try');
  private readonly row = this.button.closest('.ensemble-row');
  /** What belongs to the last click: a question, the response. */
  private readonly place = $('<div>', { class: 'ensemble-trial' }).appendTo(this.row.children('.ensemble-body'));
  /** The request that is under way. */
  private running: AbortController | undefined;
  /** What the question or the response is about; undefined where there is none. */
  private about: string | undefined;

  /** @param read the dialog as it stands */
  constructor(private readonly read: () => Trial) {
    this.button.on('click', () => void this.begin());
    this.row.on('keydown', (event) => {
      if (event.key !== 'Escape' || !this.isAsking) return;
      // The dialog stays open.
      event.preventDefault();
      event.stopPropagation();
      this.cancel();
    });
    // The dialog is closed.
    this.row.on('remove', () => this.running?.abort());
    this.row.closest('.ensemble').on('change input keyup', () => this.forget());
  }

  private get isAsking(): boolean {
    return this.place.children('button').length > 0;
  }

  /** The dialog is. */
  private get isOpen(): boolean {
    return this.row[0]?.isConnected ?? false;
  }

  /** It says the same as when *Try it* was pressed. */
  private get isUnchanged(): boolean {
    return this.about === identityOf(this.read());
  }

  private async begin(): Promise<void> {
    if (this.running) return;
    this.clear();
    const trial = this.read();
    this.about = identityOf(trial);
    const problem = problemOf(trial);
    if (problem) this.say(...problem);
    else if (isRead(trial.draft)) await this.run(trial);
    else await this.check(trial);
    reveal(this.row);
  }

  /** What will be refused anyway is not asked about. */
  private async check(trial: Trial): Promise<void> {
    const isSendable = await this.request(trial, true);
    if (!this.isOpen) return;
    if (!this.isUnchanged) this.clear();
    else if (isSendable) this.question(trial);
  }

  private question(trial: Trial): void {
    const { draft, connection, rows } = trial;
    this.say('warning', sharedText('try.question', { operation: operationText(draft), connection: connectionText(connection) }));
    const values = $('<dl>', { class: 'ensemble-trial-values', id: 'ensemble-try-values' }).append(
      ...filledIn(rows).flatMap(({ label, value }) => [$('<dt>', { text: label }), $('<dd>', { text: value })]),
    );
    const run = this.offer('try.run', () => void (this.isUnchanged ? this.run(trial) : this.begin())).attr(
      'aria-describedby',
      'ensemble-try-note ensemble-try-values',
    );
    this.place.append(
      values,
      run,
      this.offer('try.cancel', () => this.cancel()),
    );
    this.focus(run);
  }

  private cancel(): void {
    this.clear();
    this.focus(this.button);
  }

  private async run(trial: Trial): Promise<void> {
    this.place.empty();
    // The rows may be others when the response comes.
    const what = headingOf(trial.draft, trial.rows);
    const tried = await this.request<Tried>(trial, false);
    if (!this.isOpen) return;
    if (tried) this.show(what, tried);
    if (!this.isUnchanged) this.remark(sharedText('try.changed'));
    reveal(this.row);
  }

  /** Undefined where it failed, or was stopped: that is said. @param isDry checks what would be sent, and sends nothing */
  private async request<T>({ draft, connection }: Trial, isDry: boolean): Promise<T | undefined> {
    const running = new AbortController();
    this.running = running;
    const stop = this.offer('try.stop', () => running.abort()).insertAfter(this.button);
    this.button.attr('aria-disabled', 'true').addClass('disabled');
    this.say('busy', sharedText(isDry ? 'try.checking' : 'try.started'));
    if (isDry) stop.hide();
    else this.focus(stop);
    const began = performance.now();
    const ticking = setInterval(() => {
      stop.show();
      this.say('busy', sharedText('try.running', { time: duration(performance.now() - began, 0) }));
    }, SLOW);
    reveal(this.row);
    try {
      const { type, ...state } = connection as ConfigState;
      return await ask<T>(`try/${type}/${draft.type}`, { ...state, action: plain(draft), isDry }, running.signal);
    } catch (error) {
      if (!running.signal.aborted) this.fail(error as Error, performance.now() - began);
      else if (this.about !== undefined) this.say('info', sharedText(isDry || isRead(draft) ? 'try.stopped' : 'try.stoppedLate'));
      return undefined;
    } finally {
      clearInterval(ticking);
      this.running = undefined;
      stop.remove();
      this.button.removeAttr('aria-disabled').removeClass('disabled');
      this.focus(this.button);
    }
  }

  /** How long it took says something only where it was long. */
  private fail({ message: reason }: Error, ms: number): void {
    this.say('error', ms < SLOW ? reason : sharedText('try.failed', { reason, time: duration(ms) }));
  }

  private show(what: string, { text, isShortened, statusCode, ms, messages, unconfirmed, failures, warnings }: Tried): void {
    if (failures) this.say('warning', sharedText('try.failures', { what, count: failures.count, of: failures.of }));
    else this.say('good', sharedText('try.done', { what, status: statusCode, time: duration(ms) }));
    if (unconfirmed) this.remark(sharedText('try.unconfirmed'));
    if (messages > 1) this.remark(sharedText('try.parts', { count: messages }));
    if (isShortened) this.remark(sharedText('try.shortened'));
    for (const warning of warnings) this.remark(toldText([warning], []));
    const isJson = /^[[{]/.test(text);
    this.place.append(
      $('<pre>', { class: 'ensemble-response', tabindex: 0, role: 'group', 'aria-label': sharedText('try.response'), text }).toggleClass(
        'ensemble-json',
        isJson,
      ),
    );
  }

  private remark(text: string): void {
    const response = this.place.children('.ensemble-response');
    const remark = $('<div>', { class: 'ensemble-remark', text });
    if (response.length > 0) remark.insertBefore(response);
    else this.place.append(remark);
  }

  private offer(key: string, act: () => void): JQuery {
    const isIgnoring = () => made.attr('aria-disabled') === 'true';
    const made = $('<button>', { type: 'button', class: 'red-ui-button', 'aria-disabled': 'true', text: sharedText(key) });
    setTimeout(() => made.removeAttr('aria-disabled'), IGNORING);
    return made.on('click', () => isIgnoring() || act());
  }

  /** Unless the user has gone on to another part of the dialog. */
  private focus(button: JQuery): void {
    const { activeElement } = document;
    if (activeElement === document.body || this.row[0]?.contains(activeElement)) button[0]?.focus({ preventScroll: true });
  }

  private say(kind: Parameters<typeof note>[1], text: string): void {
    note(this.row, kind, text);
  }

  /** A question or a response is about what stood there. What runs goes on, and says so in the end. */
  private forget(): void {
    if (this.about !== undefined && !this.running && !this.isUnchanged) this.clear();
  }

  private clear(): void {
    this.about = undefined;
    this.place.empty();
    note(this.row, 'none');
  }
}

/** All that decides what is done, as it is typed: a list that arrives changes none of it. */
const identityOf = ({ draft, connection, rows }: Trial): string =>
  JSON.stringify([draft.operation, ownSettings(draft), rows.map(({ name, held }) => [name, held]), connection]);

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

/** As the workspace labels it. */
function connectionText(connection: ConfigState | undefined): string {
  const node = RED.nodes.node(connection?.id ?? '');
  return node ? RED.utils.getNodeLabel(node, node.type) : '';
}

/** What the route needs of the node. */
function plain(draft: EditorNode): object {
  const { id, type, z, g, name, operation, parameters } = draft;
  return { id, type, z, g, name, operation, parameters, ...ownSettings(draft) };
}

/** Those that only nodes of this type have. */
const ownSettings = (draft: EditorNode): object =>
  Object.fromEntries(Object.keys(descriptionOf(draft.type).settings ?? {}).map((setting) => [setting, draft[setting]]));
