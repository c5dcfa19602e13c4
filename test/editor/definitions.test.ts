import { deepEqual, equal, ok } from 'node:assert/strict';
import { dirname, join } from 'node:path';
import '../kit/once';
import type { Operation } from '../../src/core/operation';
import type { Parameters } from '../../src/core/schema/parameters';
import { takeFileByFile } from '../kit/file-by-file';
import { declaredNodes, panelOf } from '../kit/panel';
import { ROOT } from '../kit/root';

interface NodeDescription {
  readonly operations?: readonly Operation[];
  readonly settings?: Parameters;
  readonly credentials?: Parameters;
}

const nodes = declaredNodes.filter(([type]) => type !== 'ensemble-simulator');

/** What the node's file registers with the runtime. */
function credentialsOf(type: string, file: string): object {
  takeFileByFile();
  let found: object = {};
  const nothing = () => {};
  const app = { get: nothing, post: nothing, use: nothing };
  const RED = {
    nodes: {
      registerType: (_name: string, _node: unknown, { credentials = {} }: { credentials?: object } = {}) => {
        found = credentials;
      },
    },
    httpAdmin: app,
    httpNode: app,
    auth: { needsPermission: () => nothing },
    events: { once: nothing, on: nothing },
    settings: {},
  };
  (require(join(ROOT, file)) as (red: unknown) => void)(RED);
  ok(found, type);
  return found;
}

const SHARED = {
  config: ['name', 'timeout', 'tls', 'proxy'],
  event: ['name', 'connection'],
  action: ['name', 'connection', 'operation', 'parameters', 'result', 'delivery', 'queueLimit', 'keepFor'],
};

describe('what a panel repeats of a description', () => {
  for (const [type, file] of nodes)
    it(`is the same in ${type}`, () => {
      const {
        operations,
        settings = {},
        credentials = {},
      } = require(join(ROOT, file.replace('dist/nodes', 'dist/src/vendors'))) as NodeDescription;
      const panel = panelOf(type, file);
      const kind = panel.category === 'config' ? 'config' : operations ? 'action' : 'event';
      const where = `nodes/${dirname(file).split('/').at(-1)}/${type}.html`;
      const fields = [settings, ...(operations ?? []).map(({ parameters }) => parameters)].flatMap((one) => Object.values(one));
      const named = kind !== 'config' && fields.some(({ lookup }) => lookup !== undefined) ? ['labels'] : [];
      const expected = [...SHARED[kind], ...named, ...Object.keys(settings)];
      deepEqual(Object.keys(panel.defaults).sort(), expected.sort(), `the defaults of ${where}`);
      // What is no secret can be read in the panel.
      const shown = Object.entries(credentials).map(([name, { kind }]) => [name, { type: kind === 'secret' ? 'password' : 'text' }]);
      deepEqual(JSON.parse(JSON.stringify(panel.credentials ?? {})), Object.fromEntries(shown), `the credentials of ${where}`);
      const chosen = panel.defaults.operation?.value;
      if (operations)
        equal(
          operations.some(({ id }) => id === chosen),
          true,
          `${where}: there is no operation ${String(chosen)}`,
        );
      deepEqual(credentialsOf(type, file), Object.fromEntries(shown), `the credentials of ${where.replace('.html', '.ts')}`);
      for (const [name, { default: value }] of Object.entries(settings))
        equal(String(panel.defaults[name]?.value), String(value ?? ''), `${where}: the value of ${name}`);
    });
});
