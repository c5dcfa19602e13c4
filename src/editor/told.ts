import { inSequence } from '../core/sentence';
import {
  allParametersOf,
  alternatively,
  catalogueText,
  credentialsOf,
  descriptionOf,
  enumeration,
  type Field,
  inLanguage,
  partText,
  settingsOf,
  sharedText,
  typeText,
} from './fields';
import { labelled } from './language';

/** A sentence as the admin routes send it. */
export interface Told {
  readonly catalogue: string;
  readonly key: string;
  readonly values: Readonly<Record<string, string | number>>;
  /** Settings, credentials or parameters that it names. */
  readonly fields: readonly string[];
}

/** Sentences in the editor's language, each once: a server and a broker at one address may have the same fault. @param types of the nodes whose labels they use */
export const toldText = (told: readonly Told[], types: readonly string[]): string =>
  inSequence([...new Set(told.map((sentence) => sentenceText(sentence, types)))]);

function sentenceText({ catalogue, key, values, fields }: Told, types: readonly string[]): string {
  const known = types.flatMap(fieldsIn);
  const found = fields.map((name) => known.find((field) => field.name === name));
  const labels = fields.map((name, index) => labelled(found[index]?.label ?? sharedLabel(name)));
  const [field] = found;
  const expected = key.startsWith('invalid') && field?.expected;
  if (expected && values.place !== undefined) return partText(field, String(values.place));
  if (expected) return sharedText(key, { label: field.label, expected });
  const named = ALTERNATIVES.includes(key) ? alternatively(labels) : enumeration(labels);
  return catalogueText(catalogue, `told.${key}`, { ...inLanguage(values), ...stepsIn(values, types), fields: named });
}

/** Sentences that name fields of which one is wanted. */
const ALTERNATIVES = ['neither', 'both'];

/** Operations that are the steps of another one, by their labels. */
function stepsIn(values: Told['values'], types: readonly string[]): Record<string, string> {
  const operations = new Map(types.flatMap((type) => operationsOf(type).map(({ id }) => [id, typeText(type, `operations.${id}.label`)])));
  const steps = ['step', 'done'].filter((name) => typeof values[name] === 'string');
  const labelsOf = (ids: string) => enumeration(ids.split(', ').map((id) => operations.get(id) ?? id));
  return Object.fromEntries(steps.map((name) => [name, labelsOf(String(values[name]))]));
}

const operationsOf = (type: string) => descriptionOf(type).operations ?? [];

/** All that a panel of this type has a label for. */
const fieldsIn = (type: string): Field[] => [...credentialsOf(type), ...settingsOf(type), ...allParametersOf(type)];

/** Of a row that all panels have. */
const SHARED_ROWS = ['tls', 'proxy', 'connection', 'operation'];
const sharedLabel = (name: string): string => (SHARED_ROWS.includes(name) ? sharedText(`${name}.label`) : name);
