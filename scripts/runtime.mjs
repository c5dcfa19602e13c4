// The code that runs in Node-RED as one file, as users get it.
import { parse } from 'acorn';
import { fullAncestor } from 'acorn-walk';
import esbuild from 'esbuild';

export const FOR_NODE = { format: 'cjs', platform: 'node', target: 'node20', logLevel: 'warning' };
const KEEP_NAME = '__name';
/** What only the build reads of descriptions: it stands in the catalogues. */
const TEXTS = new Set(['help', 'more', 'optionLabels']);
const TEXTS_OF_ASSUMPTIONS = new Set(['inShort', 'why', 'check', 'source']);

/** @param contents the code of its first file, which stands in `resolveDir` */
export async function bundleRuntime(contents, resolveDir) {
  const stdin = { contents, resolveDir };
  const { outputFiles } = await esbuild.build({ ...FOR_NODE, stdin, bundle: true, packages: 'external', keepNames: true, write: false });
  // Short names save a tenth of the package; lines are short enough for a stack trace.
  const { code } = await esbuild.transform(withoutNeedless(outputFiles[0].text), { ...FOR_NODE, minify: true, lineLimit: 200 });
  // esbuild leaves patterns as they are. One other letter, and V8 keeps two bytes for each of all letters.
  return code.replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Leaves out what costs time or bytes, and serves nobody: see `cutsOf`. */
function withoutNeedless(code) {
  const cuts = [];
  fullAncestor(parse(code, { ecmaVersion: 'latest' }), (node, _state, ancestors) => cuts.push(...cutsOf(node, ancestors)));
  cuts.sort((a, b) => b.start - a.start);
  return cuts.reduce((text, { start, end, put = '' }) => text.slice(0, start) + put + text.slice(end), code);
}

function cutsOf(node, ancestors) {
  const isInner = ancestors.some(({ type }, at) => /Function/.test(type) && at < ancestors.length - 1 && !isModule(ancestors[at - 1]));
  const parent = ancestors.at(-2);
  // Each module of the source is a method that is named by its path.
  if (node.type === 'Property' && node.method && isModule(node)) return [{ ...node.key, put: 'module' }];
  // A function that is made anew for each message would be given its name each time, which takes longer than to make it.
  if (node.type === 'CallExpression' && node.callee.name === KEEP_NAME && isInner) {
    const [named] = node.arguments;
    return [
      { start: node.start, end: named.start, put: '(' },
      { start: named.end, end: node.end, put: ')' },
    ];
  }
  if (node.type !== 'Property' || parent.type !== 'ObjectExpression' || node.shorthand) return [];
  const module = ancestors.find(isModule)?.key.value ?? '';
  const name = node.key.name;
  const isText = TEXTS.has(name) || (/assumptions\.ts$/.test(module) && TEXTS_OF_ASSUMPTIONS.has(name));
  if (!isText || !isPlain(node.value) || !/^src\/(core|node-red|vendors)\//.test(module)) return [];
  const next = parent.properties[parent.properties.indexOf(node) + 1];
  return [{ start: node.start, end: next ? next.start : node.end }];
}

const isModule = ({ type, key } = {}) => type === 'Property' && /\.ts$/.test(key?.value ?? '');

const isPlain = ({ type, properties = [] }) =>
  ['Literal', 'TemplateLiteral'].includes(type) || (type === 'ObjectExpression' && properties.every(({ value }) => isPlain(value)));
