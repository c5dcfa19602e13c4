import { deepEqual, equal, ok } from 'node:assert/strict';
import { EnsembleError, NOT_IN_PANELS } from '../../src/core/errors';
import { sentencesOf } from '../../src/core/told-error';
import { catalogueIn, TRANSLATIONS, textAt } from '../editor/catalogues';
import { allVendors } from '../kit/all-vendors';
import { type Behaviour, FaultServer, respond } from '../kit/fault-server';
import type { Language } from '../kit/languages';
import { type NodeRed, startNodeRed } from '../kit/node-red';
import type { TypedInputs } from '../kit/typed-input';
import { type Example, type Vendor, well } from '../kit/vendor';

interface Said {
  readonly catalogue: string;
  readonly key: string;
  readonly values: Readonly<Record<string, string | number>>;
  readonly fields: readonly string[];
}
interface Answer {
  readonly code?: string;
  readonly message?: string;
  readonly told?: readonly Said[];
  readonly warnings?: readonly Said[];
}

const plain =
  (body: string, status = 200, type = 'text/plain'): Behaviour =>
  (response) =>
    void response.writeHead(status, { 'content-type': type }).end(body);

/** What a vendor, or something in its place, may answer to any request but that of a login. */
const ANSWERS: readonly Behaviour[] = [
  ...[{}, [], 5, null, 'a word', { error: 'its own words' }].map((body) => respond(body)),
  respond({ data: {} }),
  respond({ data: [1, { group_id: 7 }] }),
  respond({ data: { things: 1, messages: [1], group_id: 'x', renamed: false, deleted: false } }),
  respond({ objects: [1, {}], next_page: 1 }),
  respond({ status: 'failed', message: 'no power', id: 1 }),
  respond({ status: 'running' }),
  respond({ d: 1, one: { value: [] }, '../odd': {} }),
  plain('undefined'),
  plain('not all of it', 200, 'application/octet-stream'),
  plain('{"broken":', 200, 'application/json'),
  plain(`${'['.repeat(500)}${']'.repeat(500)}`, 200, 'application/json'),
  plain(''),
  plain('<html><body>Log in</body></html>', 200, 'text/html'),
  ...[301, 400, 403, 404, 409].map((status) => respond({ error: 'its own words' }, status)),
  plain('device-fail', 403),
  plain('never-heard-of-fail', 400),
  (response) => void response.writeHead(200, { 'content-encoding': 'zstd' }).end('packed'),
  (response) => void response.socket?.end('This is no HTTP at all\r\n\r\n'),
];

/** What no sentence of ours in another language has, outside of what it quotes. */
const ENGLISH = /\b(the|and|with|of|is|answered|cannot|within|missing|must|try|check|has|have|be)\b/i;
const LATIN = /\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b/i;
const QUOTED = /„[^“]*“|«[^»]*»|「[^」]*」|“[^”]*”|"[^"]*"/g;

/** The catalogues by their names, in each language. */
const catalogues = new Map(TRANSLATIONS.map((language) => [language, catalogueIn(language)]));

/** As a panel says it, with the names of fields in place of their labels. */
function inLanguage(language: Language, { catalogue, key, values, fields }: Said): string {
  const text = textAt(catalogues.get(language)?.[catalogue], `told.${key}`);
  equal(typeof text, 'string', `${catalogue} has no text for ${key} in ${language}`);
  return String(text).replace(/__(\w+?)__/g, (place, name: string) => {
    const value = name === 'fields' && fields.length > 0 ? fields.join(', ') : values[name];
    return String(value ?? place);
  });
}

/** Has letters of its own. */
const isWide = (language: Language): boolean => ['ja', 'zh-CN'].includes(language);

/** A parameter from the message becomes a constant: there is no message. */
const constants = ({ parameters = {}, msg = {} }: Example): TypedInputs =>
  Object.fromEntries(
    Object.entries(parameters as TypedInputs).map(([name, input]) => [
      name,
      input.type === 'msg' ? { type: 'json', value: JSON.stringify((msg as Record<string, unknown>)[String(input.value)]) ?? '' } : input,
    ]),
  );

describe('what panels say of errors and warnings', () => {
  let red: NodeRed;
  let server: FaultServer;
  const seen = new Set<string>();

  before(async () => {
    red = await startNodeRed();
    server = await FaultServer.start();
    await red.deploy([]);
  });
  after(async () => {
    await server.close();
    await red.stop();
  });

  const attempt = async (vendor: Vendor, { type, operation, settings }: Example, parameters: TypedInputs): Promise<Answer> => {
    const { id, type: connection, credentials, ...values } = vendor.connection(server.url, { timeout: 300 });
    const action = { id: 'tried', type, operation, parameters, ...settings };
    const body = { id, values, credentials, action };
    return (await (await red.admin(`/ensemble/try/${connection}/${type}`, { method: 'POST', body })).json()) as Answer;
  };

  const check = ({ code, message, told, warnings = [] }: Answer, about: string): void => {
    if (code !== undefined) ok(told && told.length > 0, `${about}: nothing is said of ${message}`);
    for (const said of [...(told ?? []), ...warnings]) {
      // An error that is for flows alone, or that nobody has thought of, must not come to a panel.
      equal(/^(unexpected|code\..*)$/.test(said.key), false, `${about}: ${said.key} (${message})`);
      seen.add(`${said.catalogue}:${said.key}`);
      for (const language of TRANSLATIONS) {
        const text = inLanguage(language, said);
        deepEqual(text.match(/__\w+__/g), null, `${about}: ${text}`);
        // What it quotes are the words of others; HTTP's and JSON's own names stay.
        const own = text.replace(QUOTED, '');
        equal(ENGLISH.test(own) || (isWide(language) && LATIN.test(own)), false, `${about}: ${text}`);
        equal(message !== undefined && message.length > 12 && text.includes(message), false, `${about}: ${text}`);
      }
    }
  };

  for (const vendor of allVendors)
    it(`${vendor.name}: each operation is tried with odd answers, and all that is said of them is in the catalogues of each language`, async () => {
      for (const example of vendor.examples) {
        const given = constants(example);
        const waiting = Object.keys(given).filter((name) => name.startsWith('wait'));
        const parameters = { ...given, ...Object.fromEntries(waiting.map((name) => [name, { type: 'num', value: '' }])) };
        for (const [index, behaviour] of ANSWERS.entries()) {
          await server.heal();
          server.good = well(vendor, behaviour);
          check(await attempt(vendor, example, parameters as TypedInputs), `${example.type} ${example.operation}, answer ${index}`);
        }
        for (const name of Object.keys(given))
          for (const value of ['{"a":1', '', '[{"a":1}]', '-1.5', '..', '{"a":{"b":[]}}'])
            check(
              await attempt(vendor, example, { ...parameters, [name]: { type: 'json', value } } as TypedInputs),
              `${example.type} ${example.operation}, ${name} ${value}`,
            );
        check(await attempt(vendor, { ...example, operation: 'no-such' }, {}), `${example.type}, unknown operation`);
      }
    });

  it('speak of no login where an anonymous user is refused', async () => {
    await server.heal();
    const sessions: Behaviour = (response) => void response.writeHead(200, { 'set-cookie': 'id=1; Path=/' }).end('session-ok');
    const refuse = respond({}, 403);
    server.always((response, request) => (request.path === '/0/session/' ? sessions : refuse)(response, request));
    const body = { id: 'backend', values: { baseUrl: server.url, authentication: 'anonymous' } };
    for (const route of ['test/thingsquare-frontend', 'lookup/thingsquare-frontend/devices']) {
      const { told } = (await (await red.admin(`/ensemble/${route}`, { method: 'POST', body })).json()) as Answer;
      deepEqual(
        told?.map(({ key }) => key),
        ['forbiddenHere'],
        route,
      );
    }
  });

  it('are many', () => ok(seen.size > 40, `only ${seen.size}: ${[...seen].sort().join(' ')}`));

  it('are no message: of an error that is for flows alone a panel says what its code says', () => {
    const error = new EnsembleError('BAD_RESPONSE', 'an event that is not as documented', NOT_IN_PANELS);
    deepEqual(
      sentencesOf(error).map(({ key, values }) => [key, values]),
      [['code.BAD_RESPONSE', {}]],
    );
  });
});
