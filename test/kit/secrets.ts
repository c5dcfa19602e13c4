import { deepEqual } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { NodeRed } from './node-red';

export interface Places {
  /** Errors, messages, whatever the test has at hand. */
  readonly things?: readonly unknown[];
  /** Admin routes whose responses to GET are read. */
  readonly routes?: readonly string[];
}

/**
 * Where a secret can be read: the export, the flow files, the log, statuses, the admin responses for credentials, and
 * whatever the test adds. A secret counts in its encoded forms too.
 */
export async function findSecrets(red: NodeRed, secrets: readonly string[], { things = [], routes = [] }: Places = {}): Promise<string[]> {
  const flows = await red.flows();
  const credentials = flows.map(({ type, id }) => `/credentials/${encodeURIComponent(String(type))}/${id}`);
  const texts: [string, string][] = [
    ...red.logs.map(({ level, text }): [string, string] => [`log (${level})`, String(text)]),
    ...red.statuses.map(({ id, status }): [string, string] => [`status of ${id}`, String(JSON.stringify(status))]),
    ...things.map((thing): [string, string] => [
      'given',
      typeof thing === 'string' ? thing : inspect(thing, { depth: 12, showHidden: true }),
    ]),
    ...readdirSync(red.userDir)
      .filter((file) => file.endsWith('.json'))
      .map((file): [string, string] => [file, readFileSync(join(red.userDir, file), 'utf8')]),
  ];
  for (const route of ['/flows', ...credentials, ...routes]) texts.push([`GET ${route}`, await (await red.admin(route)).text()]);
  return secrets.flatMap((secret) =>
    texts.filter(([, text]) => forms(secret).some((form) => text.includes(form))).map(([place, text]) => `${place}: ${text.slice(0, 200)}`),
  );
}

/** @throws AssertionError with the places where a secret was found */
export async function assertNoSecrets(red: NodeRed, secrets: readonly string[], places?: Places): Promise<void> {
  deepEqual(await findSecrets(red, secrets, places), []);
}

const forms = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
];
