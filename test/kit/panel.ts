import { ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { ROOT } from './root';
import { textOf } from './source';

/** What a panel's own script registers. */
export interface Panel {
  readonly category: string;
  readonly defaults: Readonly<Record<string, { readonly value: unknown }>>;
  readonly credentials?: object;
}

/** The node types that package.json declares, with the file of each. */
export const declaredNodes = Object.entries(
  (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { 'node-red': { nodes: Record<string, string> } })['node-red'].nodes,
);

/** What the panel of a node type registers. */
export function panelOf(type: string, file: string): Panel {
  const html = textOf(file.replace('dist/', '').replace(/js$/, 'html'));
  const script = /<script type="text\/javascript">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
  const registered = new Map<string, Panel>();
  const RED = { nodes: { registerType: (name: string, panel: Panel) => registered.set(name, panel) } };
  const Ensemble = new Proxy({}, { get: () => () => undefined });
  const ensembleNodes = { push: (register: (ensemble: object) => void) => register(Ensemble) };
  runInNewContext(script, { RED, window: { ensembleNodes } });
  const panel = registered.get(type);
  ok(panel, `${type}: its panel registers no node of that name`);
  return panel;
}
