// What the catalogues and the help say of parameters comes from the descriptions of the nodes: the
// English words stand there once, other languages translate them under the same keys.
import { basename, dirname } from 'node:path';

const typeOf = (file) => basename(file).replace(/\.(json|html)$/, '');
const languageOf = (file) => basename(dirname(file));

/** The English words of a description, under the keys that a translation uses. */
export function englishTexts({ operations = [], settings = {} }) {
  const texts = ({ label, help }) => ({ label, help });
  const parameters = Object.assign({}, settings, ...operations.map((operation) => operation.parameters));
  return {
    ...(operations.length > 0 && { operations: Object.fromEntries(operations.map((operation) => [operation.id, texts(operation)])) }),
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, texts(parameter)])),
  };
}

export function completeCatalogue(catalogue, file, descriptions) {
  const type = typeOf(file);
  if (languageOf(file) !== 'en-US' || !descriptions[type]) return catalogue;
  return { ...catalogue, [type]: { ...catalogue[type], ...englishTexts(descriptions[type]) } };
}

export function completeHelp(help) {
  return help;
}
