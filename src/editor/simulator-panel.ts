import { credentialsOf, settingsOf, sharedText, typeText } from './fields';
import { complain, row } from './form';
import { follow, type LeftBehind, leftBehind, namesOf } from './left-behind';
import { labelled, type Ports, portsOf, valuesOf } from './simulated-devices';
import type { Verdict } from './validation';

const TYPE = 'ensemble-simulator';
const FOLLOW = 'ensemble-simulator-follow';
const PORT_FIELDS = ['port', 'mqttPort'] as const;

/** Makes the form of the node *simulated devices*, in the rows of all panels. */
export function fillSimulatorTemplate(): void {
  const port = (name: string) =>
    row(`node-input-${name}`, { label: typeText(TYPE, `label.${name}`), help: typeText(TYPE, `help.${name}`), required: true });
  const link = $('<a>', { id: 'ensemble-simulator-page', class: 'red-ui-button', target: '_blank', rel: 'noopener' });
  const icon = $('<i>', { class: 'fa fa-external-link', 'aria-hidden': 'true' });
  const page = row(
    'ensemble-simulator-page',
    { label: '', help: typeText(TYPE, 'help.page') },
    link.append(icon, ' ', document.createTextNode(typeText(TYPE, 'page'))),
  );
  const form = $('<div>', { class: 'ensemble' }).append(
    row('node-input-name', { label: sharedText('name.label') }),
    ...PORT_FIELDS.map(port),
    followRow(),
    page,
    $('<h4>', { text: typeText(TYPE, 'connections') }),
    $('<div>', { class: 'ensemble-connections' }),
  );
  $(`script[data-template-name="${TYPE}"]`).text(form.prop('outerHTML'));
}

/** Whether the connections at the former ports are changed, too. */
function followRow(): JQuery {
  const made = row(
    FOLLOW,
    { label: typeText(TYPE, 'label.follow') },
    $('<input>', { type: 'checkbox', id: FOLLOW, 'aria-describedby': `${FOLLOW}-hint` }),
  );
  made.children('label').appendTo(made.find('.ensemble-control'));
  return made.addClass('ensemble-switch');
}

/** Completes the dialog: the page and the addresses follow the ports as they are typed. */
export function prepareSimulator(this: EditorNode): void {
  open = this;
  const input = (name: string) => $(`#node-input-${name}`);
  const follows = $(`#${FOLLOW}`);
  let isChosen = false;
  follows.on('change', () => {
    isChosen = true;
  });
  const show = () => {
    const ports = typedPorts();
    const left = leaving(this);
    follows
      .closest('.ensemble-row')
      .toggle(left.length > 0)
      .find('.ensemble-hint')
      .text(namesOf(left));
    // Who changes something else of the node does not mean the connections.
    if (!isChosen)
      follows.prop(
        'checked',
        PORT_FIELDS.some((name) => ports[name] !== portsOf(this)[name]),
      );
    $('#ensemble-simulator-page').attr('href', `ensemble/devices/${ports.port}/`);
    $('.ensemble-connections')
      .empty()
      .append(...connections(ports));
    for (const name of PORT_FIELDS) {
      const verdict = verdictOnPort(name, (one) => input(one).val());
      complain(input(name).closest('.ensemble-row'), verdict, false);
    }
  };
  for (const name of PORT_FIELDS) input(name).on('input', show);
  show();
}

/** Done: the connections go with the devices. */
export function saveSimulator(this: EditorNode): object {
  const isWanted = $(`#${FOLLOW}`).prop('checked') === true;
  // The dialog has not been written into the node yet.
  const history = isWanted ? follow(leaving(this)) : [];
  return { changed: history.length > 0, history };
}

const typedPorts = (): Ports => portsOf(Object.fromEntries(PORT_FIELDS.map((name) => [name, $(`#node-input-${name}`).val()])));

/** The connections that the devices leave behind, if they go to ports that are known here. */
function leaving(node: EditorNode): readonly LeftBehind[] {
  const read = (name: PortField) => $(`#node-input-${name}`).val();
  const areKnown = PORT_FIELDS.every((name) => /^[1-9]\d*$/.test(String(read(name))) && verdictOnPort(name, read) === true);
  return areKnown ? leftBehind(node, typedPorts()) : [];
}

type PortField = (typeof PORT_FIELDS)[number];

/** The node whose dialog was opened last. */
let open: EditorNode | undefined;

/** A validator for `defaults`. Two arguments tell Node-RED that it returns reasons. */
export const checkPort = (name: PortField) =>
  function (this: EditorNode, value: unknown, _options: unknown): Verdict {
    const typed = (one: string) => (this === open ? $(`#node-input-${one}`).val() : undefined);
    return verdictOnPort(name, (one) => (one === name ? value : (typed(one) ?? this[one])));
  };

function verdictOnPort(name: PortField, read: (name: PortField) => unknown): Verdict {
  const label = typeText(TYPE, `label.${name}`);
  const value = String(read(name) ?? '').trim();
  if (value === '') return sharedText('missing', { label });
  if (/^\$\{[^}]+\}$/.test(value)) return true;
  const isPort = /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535;
  if (!isPort) return sharedText('invalid', { label, expected: typeText(TYPE, 'expectedPort') });
  // It is said of one of them: Node-RED lists the reasons of all fields.
  const isTaken = name === 'mqttPort' && Number(read('port')) === Number(value);
  return !isTaken || typeText(TYPE, 'equalPorts');
}

/** What each vendor's configuration node takes, with a button that copies it. */
function connections(ports: Ports): JQuery[] {
  const simulated = Object.entries(DESCRIPTIONS).flatMap(([type, description]) =>
    description.simulated ? [[type, description.simulated] as const] : [],
  );
  return simulated.map(([type, connection]) => {
    const values = labelled([...settingsOf(type), ...credentialsOf(type)], valuesOf(connection, ports));
    return $('<dl>', { 'data-type': type }).append(
      $('<dt>', { text: typeText(type, 'label') }),
      ...values.map((one) => $('<dd>').append($('<span>', { text: one.label }), $('<code>', { text: one.value }), copyButton(one))),
    );
  });
}

function copyButton({ label, value }: ReturnType<typeof labelled>[number]): JQuery {
  const name = typeText(TYPE, 'copy').replace('__label__', () => label);
  const button = $('<button>', { type: 'button', class: 'red-ui-button red-ui-button-small', title: name, 'aria-label': name });
  button.append($('<i>', { class: 'fa fa-clipboard', 'aria-hidden': 'true' }));
  return button.on('click', () => RED.clipboard.copyText(value, button, typeText(TYPE, 'copied')));
}
