import { actionSettings, connectionSettings } from '../core/node-settings';
import { descriptionOf, type Field, fieldsOf, sharedText, typeText } from './fields';
import { language } from './language';
import type { Verdict } from './validation';

/** Ids of the inputs that Node-RED fills and reads itself. */
export const prefixOf = (type: string): string => (descriptionOf(type).credentials ? 'node-config-input' : 'node-input');

/** The form in the open dialog of a type. */
export const formOf = (type: string): JQuery => $(`#${prefixOf(type)}-name`).closest('.ensemble');

/** Makes the form that Node-RED shows for a node type from its description. */
export function fillTemplate(type: string): void {
  const form = $('<div>', { class: 'ensemble' }).append(...rowsOf(type));
  // The text of a script is not parsed as HTML, so texts of the catalogue need no escaping.
  $(`script[data-template-name="${type}"]`).text(form.prop('outerHTML'));
}

function rowsOf(type: string): JQuery[] {
  const { operations, settings, credentials, signIn } = descriptionOf(type);
  const prefix = prefixOf(type);
  const made = (fields: readonly Field[]) => fields.map((field) => fieldRow(`${prefix}-${field.name}`, field));
  const rows = (parameters: typeof settings) => made(fieldsOf(type, parameters));
  const basic = (parameters: typeof settings) => made(fieldsOf(type, parameters).filter(({ isAdvanced }) => !isAdvanced));
  const advanced = (parameters: typeof settings) => made(fieldsOf(type, parameters).filter(({ isAdvanced }) => isAdvanced));
  const plain = (name: string) => row(`${prefix}-${name}`, { label: sharedText(`${name}.label`), help: sharedText(`${name}.help`) });
  if (operations)
    return [
      plain('name'),
      plain('connection'),
      operationRow(type),
      parameters(),
      ...basic(settings),
      tryRow(),
      fold('advanced', parameters('ensemble-parameters-advanced'), ...advanced(settings)),
      fold('delivery', ...rows(actionSettings)),
    ];
  if (!credentials) return [plain('name'), plain('connection'), ...basic(settings), fold('advanced', ...advanced(settings))];
  return [
    plain('name'),
    ...basic(settings),
    ...basic(credentials),
    ...(signIn ? [signInRow(type)] : []),
    testRow(type),
    fold('advanced', ...advanced(settings), ...advanced(credentials)),
    fold('network', ...rows(connectionSettings), plain('tls'), plain('proxy')),
    fold('report', reportRow()),
  ];
}

export interface RowTexts {
  readonly label: string;
  readonly help?: string;
  readonly constraints?: string;
  readonly required?: boolean;
}

/** A label, the control, a hint with help and constraints, and a note that changes with the value. */
export function row(id: string, { label, help = '', constraints = '', required = false }: RowTexts, control = textInput(id)): JQuery {
  return $('<div>', { class: 'form-row ensemble-row' }).append(
    // An empty one would be all that a screen reader says of a button.
    label === '' ? [] : $('<label>', { for: id, id: `${id}-label`, text: label }).append(required ? star() : []),
    $('<div>', { class: 'ensemble-body' }).append(
      $('<div>', { class: 'ensemble-control' }).append(control),
      $('<div>', { class: 'ensemble-hint', id: `${id}-hint` }).append(...hintParts({ help, constraints })),
      $('<div>', { class: 'ensemble-note', id: `${id}-note`, role: 'status' }),
    ),
  );
}

const star = (): JQuery => $('<span>', { class: 'ensemble-required', title: sharedText('required'), text: '\u00a0*' });

/** Marks a row that must be filled only because another one is not. */
export function markRequired(row: JQuery, isRequired: boolean): void {
  const label = row.find('label').first();
  label.children('.ensemble-required').remove();
  if (isRequired) label.append(star());
}

export function fieldRow(id: string, field: Field): JQuery {
  const { kind } = field.parameter;
  const texts = rowTexts(field);
  if (kind !== 'boolean') return row(id, texts, field.secret ? textInput(id).attr('type', 'password') : textInput(id));
  const made = row(id, texts, $('<input>', { type: 'checkbox', id, 'aria-describedby': `${id}-hint` }));
  made.children('label').appendTo(made.find('.ensemble-control'));
  return made.addClass('ensemble-switch');
}

export const rowTexts = ({ label, help, constraints, required }: Field): RowTexts => ({ label, help, constraints, required });

/** The constraints, which stay on one line, and the help. */
export const hintParts = ({ help, constraints }: Pick<RowTexts, 'help' | 'constraints'>): JQuery[] => [
  ...(constraints ? [$('<span>', { class: 'ensemble-constraints', text: asBeginning(constraints) })] : []),
  ...(constraints && help ? [$('<span>', { text: ' · ' })] : []),
  ...(help ? [$('<span>', { text: help })] : []),
];

/** As a line begins; a unit stays as it is written. */
const asBeginning = (text: string): string =>
  /^ms\b/.test(text) ? text : text.replace(/^\p{Ll}/u, (letter) => letter.toLocaleUpperCase(language()));

// Node-RED takes the width of its widgets from the style attribute.
export const textInput = (id: string): JQuery =>
  $('<input>', { type: 'text', id, style: 'width:100%', 'aria-describedby': `${id}-hint ${id}-note` });

/** Where the open dialog puts the rows of the operation. */
const parameters = (more = ''): JQuery => $('<div>', { class: `ensemble-parameters ${more}`.trim() });

/** A part of the form that is opened when it is needed; see `Folds`. */
function fold(name: string, ...content: JQuery[]): JQuery {
  const summary = $('<summary>').append(
    $('<i>', { class: 'fa fa-angle-right', 'aria-hidden': 'true' }),
    $('<span>', { class: 'ensemble-fold-title', text: sharedText(`section.${name}`) }),
    ' ',
    $('<span>', { class: 'ensemble-fold-about' }),
  );
  return $('<details>', { class: 'ensemble-fold', 'data-fold': name }).append(summary, $('<div>').append(...content));
}

function operationRow(type: string): JQuery {
  const { operations = [] } = descriptionOf(type);
  const options = operations.map(({ id }) => $('<option>', { value: id, text: typeText(type, `operations.${id}.label`) }));
  const select = $('<select>', { id: 'node-input-operation', 'aria-describedby': 'node-input-operation-note' });
  select.append(...options, $('<option>', { value: '', text: sharedText('operation.fromMessage') }));
  return row('node-input-operation', { label: sharedText('operation.label') }, select);
}

function testRow(type: string): JQuery {
  const made = buttonRow('ensemble-test', 'fa-plug', sharedText('test.button'), sharedText('test.help')).addClass('ensemble-wrapping');
  if (descriptionOf(type).simulated)
    made.find('.ensemble-control').append(button('ensemble-simulated', 'fa-magic', sharedText('simulated.button'), 'ensemble-test'));
  return made;
}

const tryRow = (): JQuery =>
  buttonRow('ensemble-try', 'fa-play', sharedText('try.button'), sharedText('try.help')).addClass('ensemble-hint-beside');

const signInRow = (type: string): JQuery =>
  buttonRow('ensemble-sign-in', 'fa-sign-in', typeText(type, 'signIn.label'), typeText(type, 'signIn.help'));

const buttonRow = (id: string, icon: string, label: string, help: string): JQuery =>
  row(id, { label: '', help }, button(id, icon, label, id));

/** Two buttons, which say the same thing to different people: what is true of this vendor. */
function reportRow(): JQuery {
  const [check, diagnostics] = ['ensemble-check', 'ensemble-diagnostics'] as const;
  const made = row(check, { label: '', help: sharedText('check.help') }, button(check, 'fa-search', sharedText('check.button'), check));
  made.addClass('ensemble-wrapping');
  made.find('.ensemble-control').append(button(diagnostics, 'fa-download', sharedText('diagnostics.button'), check));
  made.find('.ensemble-hint').append($('<div>', { text: sharedText('diagnostics.help') }));
  return made;
}

/** @param described the id of the row whose hint and note are its own */
function button(id: string, icon: string, label: string, described: string): JQuery {
  const made = $('<button>', { type: 'button', id, class: 'red-ui-button', 'aria-describedby': `${described}-hint ${described}-note` });
  return made.append($('<i>', { class: `fa ${icon}`, 'aria-hidden': 'true' }), ' ', document.createTextNode(label));
}

/** What is selected may be longer than its field: pointed at, it is shown whole. */
export const showWhole = (form: JQuery): void =>
  void form.on('mouseenter', 'select', ({ currentTarget }) => {
    $(currentTarget).attr('title', $(currentTarget).find(':selected').text());
  });

/** Scrolls to what a row says now, however long it is. */
export const reveal = (row: JQuery): void => row[0]?.scrollIntoView({ block: 'nearest' });

/** Sets the note below a row. @param reason why something is not there, which may be the same for several rows */
export function note(row: JQuery, kind: 'none' | 'busy' | 'good' | 'info' | 'warning' | 'error', text = '', reason = ''): void {
  const icons = {
    none: '',
    busy: 'fa-spinner fa-spin',
    good: 'fa-check',
    info: 'fa-info-circle',
    warning: 'fa-exclamation-triangle',
    error: 'fa-exclamation-circle',
  };
  const line = row.find('.ensemble-body > .ensemble-note').empty().attr('data-kind', kind);
  if (kind === 'none') return;
  line.append($('<i>', { class: `fa ${icons[kind]}`, 'aria-hidden': 'true' }), ' ', document.createTextNode(text));
  if (reason) line.append(text ? ' · ' : '', $('<span>', { class: 'ensemble-reason', 'data-reason': reason, text: reason }));
}

/** Of several notes with the same reason, the first one says it in full; the others show it when they are pointed at. */
export function saySameOnce(form: JQuery, short: string): void {
  const said = new Set<string>();
  for (const element of form.find('.ensemble-reason').toArray()) {
    const reason = element.dataset.reason ?? '';
    const text = said.has(reason) ? short : reason;
    // It is a status: what is written again is read out again.
    if ($(element).text() !== text) $(element).text(text);
    $(element).attr('title', said.has(reason) ? reason : null);
    said.add(reason);
  }
}

/** Notes below a row why its value is invalid; nothing for an empty one, whose label is marked as required. */
export function complain(row: JQuery, verdict: Verdict, isEmpty: boolean): boolean {
  const wrong = verdict !== true && !isEmpty;
  note(row, wrong ? 'error' : 'none', wrong ? verdict : '');
  return wrong;
}
