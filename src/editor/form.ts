import { actionSettings, connectionSettings } from '../core/node-settings';
import { descriptionOf, type Field, fieldsOf, typeWord, word } from './fields';
import type { Verdict } from './validation';

/** Ids of the inputs that Node-RED fills and reads itself. */
export const prefixOf = (type: string): string => (descriptionOf(type).credentials ? 'node-config-input' : 'node-input');

/** Makes the form that Node-RED shows for a node type from its description. */
export function fillTemplate(type: string): void {
  const form = $('<div>', { class: 'ensemble' }).append(...rowsOf(type));
  // A script's text is taken as it is, so what the words hold stays text.
  $(`script[data-template-name="${type}"]`).text(form.prop('outerHTML'));
}

function rowsOf(type: string): JQuery[] {
  const { operations, settings, credentials, signIn } = descriptionOf(type);
  const prefix = prefixOf(type);
  const rows = (parameters: typeof settings) => fieldsOf(type, parameters).map((field) => fieldRow(`${prefix}-${field.name}`, field));
  const plain = (name: string) => row(`${prefix}-${name}`, { label: word(`${name}.label`), help: word(`${name}.help`) });
  if (operations)
    return [
      plain('name'),
      plain('connection'),
      operationRow(type),
      $('<div>', { class: 'ensemble-parameters' }),
      ...rows(settings),
      section('delivery'),
      ...rows(actionSettings),
    ];
  if (!credentials) return [plain('name'), plain('connection'), ...rows(settings)];
  return [
    plain('name'),
    ...rows(settings),
    ...rows(credentials),
    ...(signIn ? [signInRow(type)] : []),
    section('network'),
    ...rows(connectionSettings),
    plain('tls'),
    plain('proxy'),
    testRow(),
  ];
}

export interface RowWords {
  readonly label: string;
  readonly help?: string;
  readonly facts?: string;
  readonly required?: boolean;
}

/** Label, control, what the control takes, and a line for what turns up while it is used. */
export function row(id: string, { label, help = '', facts = '', required = false }: RowWords, control = textInput(id)): JQuery {
  const star = $('<span>', { class: 'ensemble-required', title: word('required'), text: ' *' });
  return $('<div>', { class: 'form-row ensemble-row' }).append(
    $('<label>', { for: id, id: `${id}-label`, text: label }).append(required ? star : []),
    $('<div>', { class: 'ensemble-body' }).append(
      $('<div>', { class: 'ensemble-control' }).append(control),
      $('<div>', { class: 'ensemble-hint', id: `${id}-hint` }).append(...hintParts({ help, facts })),
      $('<div>', { class: 'ensemble-note', id: `${id}-note`, role: 'status' }),
    ),
  );
}

export function fieldRow(id: string, field: Field): JQuery {
  const { kind } = field.parameter;
  const words = wordsOf(field);
  if (kind !== 'boolean') return row(id, words, field.secret ? textInput(id).attr('type', 'password') : textInput(id));
  const made = row(id, words, $('<input>', { type: 'checkbox', id, 'aria-describedby': `${id}-hint` }));
  made.children('label').appendTo(made.find('.ensemble-control'));
  return made.addClass('ensemble-switch');
}

export const wordsOf = ({ label, help, facts, required }: Field): RowWords => ({ label, help, facts, required });

/** What the row asks for, and its limits, which stay together on a line. */
export const hintParts = ({ help, facts }: Pick<RowWords, 'help' | 'facts'>): JQuery[] => [
  ...(facts ? [$('<span>', { class: 'ensemble-facts', text: facts })] : []),
  ...(facts && help ? [$('<span>', { text: ' · ' })] : []),
  ...(help ? [$('<span>', { text: help })] : []),
];

// Node-RED takes the width of its widgets from the style attribute.
export const textInput = (id: string): JQuery =>
  $('<input>', { type: 'text', id, style: 'width:100%', 'aria-describedby': `${id}-hint ${id}-note` });

const section = (name: string): JQuery => $('<h4>', { class: 'ensemble-section', text: word(`section.${name}`) });

function operationRow(type: string): JQuery {
  const { operations = [] } = descriptionOf(type);
  const options = operations.map(({ id }) => $('<option>', { value: id, text: typeWord(type, `operations.${id}.label`) }));
  const select = $('<select>', { id: 'node-input-operation', 'aria-describedby': 'node-input-operation-note' });
  select.append(...options, $('<option>', { value: '', text: word('operation.fromMessage') }));
  return row('node-input-operation', { label: word('operation.label') }, select);
}

const testRow = (): JQuery => buttonRow('ensemble-test', 'fa-plug', word('test.button'), word('test.help'));

const signInRow = (type: string): JQuery =>
  buttonRow('ensemble-sign-in', 'fa-sign-in', typeWord(type, 'signIn.label'), typeWord(type, 'signIn.help'));

function buttonRow(id: string, icon: string, label: string, help: string): JQuery {
  const button = $('<button>', { type: 'button', id, class: 'red-ui-button', 'aria-describedby': `${id}-hint ${id}-note` });
  button.append($('<i>', { class: `fa ${icon}`, 'aria-hidden': 'true' }), ' ', document.createTextNode(label));
  return row(id, { label: '', help }, button);
}

/** The line under a row. */
export function note(row: JQuery, kind: 'none' | 'busy' | 'good' | 'info' | 'warning' | 'error', text = ''): void {
  const icons = {
    none: '',
    busy: 'fa-spinner fa-spin',
    good: 'fa-check',
    info: 'fa-info-circle',
    warning: 'fa-exclamation-triangle',
    error: 'fa-exclamation-circle',
  };
  const line = row.find('.ensemble-body > .ensemble-note').empty().attr('data-kind', kind);
  if (kind !== 'none') line.append($('<i>', { class: `fa ${icons[kind]}`, 'aria-hidden': 'true' }), ' ', document.createTextNode(text));
}

/** Says under a row why its value does not fit; nothing about an empty one, which its mark tells already. */
export function complain(row: JQuery, verdict: Verdict, isEmpty: boolean): boolean {
  const wrong = verdict !== true && !isEmpty;
  note(row, wrong ? 'error' : 'none', wrong ? verdict : '');
  return wrong;
}

/** The label of a row belongs to the visible part of a TypedInput, which replaces the labelled input. */
export function labelTypedInput(input: JQuery): void {
  const id = String(input.attr('id'));
  const shown = input.next('.red-ui-typedInput-container');
  shown.find('.red-ui-typedInput-input').attr({ id: `${id}-value`, 'aria-describedby': `${id}-hint ${id}-note` });
  shown.find('.red-ui-typedInput-option-label').attr('id', `${id}-option`);
  shown.find('.red-ui-typedInput-option-trigger').attr({ 'aria-labelledby': `${id}-label ${id}-option`, 'aria-describedby': `${id}-hint` });
  $(`#${id}-label`).attr('for', `${id}-value`);
  // Node-RED leaves the mark of the focus on a value that is shown as a label.
  shown.on('focusout', () => shown.removeClass('red-ui-typedInput-focus'));
}
