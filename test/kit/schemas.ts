import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import type { ParameterKind, Parameters } from '../../src/core/schema/parameters';
import { declaredNodes, panelOf } from './panel';
import { ROOT } from './root';

export interface NodeSchema {
  readonly $id: string;
  readonly title: string;
  readonly description: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly $defs: Readonly<Record<string, unknown>>;
}

export const readSchema = (type: string): NodeSchema =>
  JSON.parse(readFileSync(join(ROOT, `resources/schemas/${type}.json`), 'utf8')) as NodeSchema;

/** Which schema of a node: its settings, the message that it takes, the message that it gives. */
export type Part = 'settings' | 'input' | 'output';

const ajv = new Ajv2020({ strict: true, allErrors: true });
const ids = new Map(declaredNodes.map(([type]) => [type, readSchema(type).$id]));
for (const type of ids.keys()) ajv.addSchema(readSchema(type));

/** Why a value is refused, a line for each reason; empty where it is not. */
export function refusals(type: string, part: Part, value: unknown): string[] {
  const validate = ajv.getSchema(`${ids.get(type)}${part === 'settings' ? '' : `#/$defs/${part}`}`);
  if (!validate) throw new Error(`${type} has no schema of its ${part}`);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${type} ${part}${instancePath} ${message}`);
}

/** A value for a setting that must have one, by its kind. */
const SAMPLES: Readonly<Partial<Record<ParameterKind, unknown>>> = {
  address: 'https://a.example',
  host: '192.168.1.4',
  text: 'a',
  integer: 1,
  port: 1,
};

/** The settings of a node, with as little as it can have. */
export function leastNode(type: string): object {
  const [, file = ''] = declaredNodes.find(([declared]) => declared === type) ?? [];
  const { category, defaults } = panelOf(type, file);
  const isConnected = category !== 'config' && 'connection' in defaults;
  const module = join(ROOT, file.replace('dist/nodes', 'dist/src/vendors'));
  const { settings = {} } = existsSync(module) ? (require(module) as { settings?: Parameters }) : {};
  const needed = Object.entries(settings).flatMap(([name, { kind, required }]) => (required ? [[name, SAMPLES[kind]]] : []));
  return { id: 'a1', type, ...(isConnected && { connection: 'c3' }), ...Object.fromEntries(needed) };
}
