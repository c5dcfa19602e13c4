import { UNCHANGED } from './dialog';
import { credentialsOf, type Field, settingsOf } from './fields';
import { applies, type Verdict, verdict } from './validation';

type Validator = (this: EditorNode, value: unknown, options: unknown) => Verdict;

/** What Node-RED's editor has of a type that was registered. */
interface Definition {
  readonly credentials?: Readonly<Record<string, { validate?: Validator }>>;
  _creds?: object;
}

/** Lets Node-RED check the credentials of a type as it checks the settings: in the open dialog, and for the triangle of the node. */
export function checkCredentials(type: string): void {
  const definition = RED.nodes.getType(type) as Definition | undefined;
  for (const field of credentialsOf(type)) {
    const credential = definition?.credentials?.[field.name];
    if (credential) credential.validate = validatorOf(field);
  }
  // Without it Node-RED checks credentials in open dialogs alone. It passes what is in there, which is nothing, as the value.
  if (definition?.credentials) definition._creds = {};
}

/** Two arguments tell Node-RED that it returns reasons. */
const validatorOf = (field: Field): Validator =>
  function (value, _options) {
    const isOpen = value !== undefined;
    const setting = (name: string) =>
      (isOpen ? $(`#node-config-input-${name}`).val() : undefined) ?? this[name] ?? presetOf(this.type, name);
    return !applies(field, setting) || (isOpen ? verdictOnTyped(field, value) : verdictOnKnown(field, this.credentials));
  };

const presetOf = (type: string, name: string): unknown => settingsOf(type).find((setting) => setting.name === name)?.parameter.default;

const verdictOnTyped = (field: Field, value: unknown): Verdict => value === UNCHANGED || verdict(field, value);

/** Node-RED loads what is stored when the dialog is opened first; until then nothing is known of it. */
function verdictOnKnown(field: Field, credentials: EditorNode['credentials']): Verdict {
  if (!credentials || credentials[`has_${field.name}`] === true) return true;
  return verdictOnTyped(field, credentials[field.name]);
}
