import { deepEqual, equal, ok } from 'node:assert/strict';
import '../kit/once';
import { allVendors } from '../kit/all-vendors';
import { declaredNodes, panelOf } from '../kit/panel';
import { leastNode, readSchema, refusals } from '../kit/schemas';
import { json, num, str } from '../kit/typed-input';
import { exampleFilesOf, exampleVendors, load } from '../simulators/example-flows';

const types = declaredNodes.map(([type]) => type);

/** A node as a flow file has it. */
const saved = (type: string, settings: object) => ({ ...leastNode(type), z: 'b2', name: '', x: 100, y: 80, wires: [[]], ...settings });

const pattern = (operation: string, parameters: object, more: object = {}) =>
  saved('sonata-pattern', {
    ...{ operation, result: 'payload', delivery: 'all', queueLimit: 1000, ...more },
    parameters: { deviceId: num(3), ...parameters },
  });

const levels = (level: number) => Array(100).fill(level);

/** Settings that a schema must refuse, each for one reason. */
const WRONG: Readonly<Record<string, readonly [type: string, node: object]>> = {
  'another node type': ['sonata-pattern', { ...pattern('off', {}), type: 'sonata-events' }],
  'an unknown operation': ['sonata-pattern', pattern('paint', {})],
  'an unknown delivery': ['sonata-pattern', pattern('off', {}, { delivery: 'sometimes' })],
  'a queue limit that is no number': ['sonata-pattern', pattern('off', {}, { queueLimit: 'many' })],
  'a message that is kept for ever': ['sonata-pattern', pattern('off', {}, { keepFor: 1e9 })],
  'a queue limit below 0': ['sonata-pattern', pattern('off', {}, { queueLimit: -1 })],
  'a parameter of an unknown type': ['sonata-pattern', pattern('off', { deviceId: { type: 'date', value: '' } })],
  'a parameter without a type': ['sonata-pattern', pattern('off', { deviceId: 3 })],
  'an id beyond its range': ['sonata-pattern', pattern('off', { deviceId: num(65_536) })],
  'an id that is true': ['sonata-pattern', pattern('off', { deviceId: { type: 'bool', value: 'true' } })],
  'a pattern with level 16': ['sonata-pattern', pattern('set-pattern', { pattern: json(levels(16)) })],
  'a pattern of 99 levels': ['sonata-pattern', pattern('set-pattern', { pattern: json(levels(1).slice(1)) })],
  'a brightness of 101 percent': [
    'twinkly-command',
    saved('twinkly-command', { operation: 'set-brightness', parameters: { id: str('a'), brightness: num(101) } }),
  ],
  'a colour that is none': [
    'twinkly-command',
    saved('twinkly-command', { operation: 'set-color', parameters: { id: str('a'), color: str('reddish') } }),
  ],
  'a status that is none': [
    'thing-installation',
    saved('thing-installation', { operation: 'set-status', parameters: { tuid: str('a'), status: str('lost') } }),
  ],
  'a command that is no JSON object': [
    'thing-command',
    saved('thing-command', { operation: 'send', parameters: { tuid: str('a'), commands: str('on') } }),
  ],
  'an unknown transport': ['sonata-events', saved('sonata-events', { transport: 'pigeon' })],
  'an interval of half a second': ['thing-messages', saved('thing-messages', { things: 'TSPR01', interval: 0.5 })],
  'a shard without its number': ['twinkly-status-poll', saved('twinkly-status-poll', { shard: '3' })],
  'a switch that is neither on nor off': ['turn-sse', saved('turn-sse', { ignoreOwn: 'perhaps' })],
  'a port above 65535': ['ensemble-simulator', saved('ensemble-simulator', { port: 70_000 })],
  'an address of another protocol': ['thingsquare-frontend', saved('thingsquare-frontend', { baseUrl: 'ftp://example.com' })],
  'a port in digits that few use': ['turn-device', saved('turn-device', { port: '1e99' })],
  'a host with a path': ['turn-device', saved('turn-device', { host: '192.168.1.4/control' })],
  'a host that is a number': ['turn-device', saved('turn-device', { host: 5 })],
  'the fourth of three shards': ['thing-messages', saved('thing-messages', { things: 'TSPR01', shard: '4/3' })],
};

/** Settings that lack what a node must have. */
const INCOMPLETE: Readonly<Record<string, readonly [type: string, node: object]>> = {
  'a node without an id': ['sonata-pattern', { ...pattern('off', {}), id: undefined }],
  'a node without a connection': ['sonata-pattern', pattern('off', {}, { connection: undefined })],
  'a connection that is empty': ['sonata-pattern', pattern('off', {}, { connection: '' })],
  'a Turn without a host': ['turn-device', saved('turn-device', { host: undefined })],
  'a Turn whose host is empty': ['turn-device', saved('turn-device', { host: '' })],
  'an operation without a parameter that it needs': ['sonata-pattern', pattern('set-pattern', {})],
  'a parameter that is needed and empty': ['sonata-pattern', pattern('off', { deviceId: str('') })],
  'an operation without any parameters': ['sonata-pattern', saved('sonata-pattern', { operation: 'off' })],
  'messages of neither groups nor things': ['thing-messages', saved('thing-messages', { groups: '' })],
  'a channel that is set to nothing': [
    'turn-channel',
    saved('turn-channel', { operation: 'set-state', parameters: { channel: str('light/1/1') } }),
  ],
  'an appearance of nothing': [
    'twinkly-command',
    saved('twinkly-command', { operation: 'apply', parameters: { id: str('a'), effect: str('') } }),
  ],
  'one channel without the one': ['turn-sse', saved('turn-sse', { stream: 'channel' })],
  'a webhook without its address': ['sonata-events', saved('sonata-events', {})],
};

/** What a person has to enter or to choose in a node that has just been dragged in. */
const CHOSEN: Readonly<Record<string, object>> = {
  ...Object.fromEntries(types.map((type) => [type, { operation: '' }])),
  'sonata-events': { publicUrl: 'https://flows.example.com' },
  'thing-messages': { groups: '*' },
};

/** What only looks wrong. */
const RIGHT: Readonly<Record<string, readonly [type: string, node: object]>> = {
  'a setting of a later release': ['sonata-pattern', pattern('off', {}, { keepFor: 60 })],
  'a parameter of a later release': ['sonata-pattern', pattern('off', { brightness: num(50) })],
  'an operation that the message names': ['sonata-pattern', pattern('', { deviceId: num(3) })],
  'environment variables': [
    'sonata-pattern',
    pattern(`\${DO}`, { deviceId: str(`\${MATRIX}`) }, { delivery: `\${HOW}`, queueLimit: `\${MOST}` }),
  ],
  'a value from the message': ['sonata-pattern', pattern('off', { deviceId: { type: 'jsonata', value: '$number(topic)' } })],
  'a pattern in rows, with spaces': [
    'sonata-pattern',
    pattern('set-pattern', { pattern: str(JSON.stringify(Array(10).fill(levels(15).slice(90)), null, 2)) }),
  ],
  'a pattern without corners': ['sonata-pattern', pattern('set-pattern', { pattern: json(levels(15).slice(4)) })],
  'a text that is emptied': [
    'turn-channel',
    saved('turn-channel', { operation: 'set-state', parameters: { channel: str('source/1/3'), value: str('') } }),
  ],
  'numbers written as text': ['thing-messages', saved('thing-messages', { interval: '3600', grace: '1e1', things: 'TSPR01,TSPR02' })],
  'a colour by hue': [
    'twinkly-command',
    saved('twinkly-command', { operation: 'set-color', parameters: { id: str('a'), color: json({ h: 120, s: 100, v: 50.5 }) } }),
  ],
  'an address in capitals': ['thingsquare-frontend', saved('thingsquare-frontend', { baseUrl: 'HTTPS://EXAMPLE.COM' })],
  'credentials of a flow to be imported': [
    'thingsee-cloud',
    saved('thingsee-cloud', { credentials: { clientId: 'a', clientSecret: 'b' } }),
  ],
};

describe('the JSON Schemas of the nodes', () => {
  it('are there for every node, each with an id, a title and descriptions, and valid for a strict validator', () => {
    equal(types.length >= 24, true);
    equal(new Set(types.map((type) => readSchema(type).$id)).size, types.length);
    for (const type of types) {
      const { $id, title, description, $defs } = readSchema(type);
      ok($id.endsWith(`/${type}.json`) && title.length > 3 && description.includes(type), type);
      ok('input' in $defs && 'output' in $defs, type);
      for (const part of ['settings', 'input', 'output'] as const) ok(Array.isArray(refusals(type, part, {})), part);
    }
  });

  it('name every setting, and every credential, of the panel', () => {
    for (const [type, file] of declaredNodes) {
      const { defaults, credentials = {} } = panelOf(type, file);
      const { properties } = readSchema(type);
      deepEqual(
        Object.keys(defaults).filter((name) => !(name in properties)),
        [],
        type,
      );
      equal('connection' in properties, 'connection' in defaults, type);
      const described = properties.credentials as { properties: object } | undefined;
      deepEqual(Object.keys(described?.properties ?? {}).sort(), Object.keys(credentials).sort(), type);
    }
  });

  for (const vendor of exampleVendors)
    for (const file of exampleFilesOf(vendor))
      it(`accept the example ${vendor}/${file}`, () => {
        const ours = load(vendor, file).filter(({ type }) => types.includes(String(type)));
        ok(ours.length > 0);
        deepEqual(
          ours.flatMap((node) => refusals(String(node.type), 'settings', node)),
          [],
        );
      });

  it('accept what the editor saves of a node that has just been dragged in', () => {
    for (const [type, file] of declaredNodes) {
      const defaults = Object.entries(panelOf(type, file).defaults).map(([name, { value }]) => [name, value]);
      // It shows what is missing: the connection, an address, the parameters of its operation.
      deepEqual(
        refusals(type, 'settings', saved(type, { ...Object.fromEntries(defaults), ...leastNode(type), ...CHOSEN[type] })),
        [],
        type,
      );
    }
  });

  it('accept an example of each operation of each vendor', () => {
    const examples = allVendors.flatMap((vendor) => vendor.examples);
    ok(examples.length > 40, String(examples.length));
    for (const { type, operation, parameters = {} } of examples)
      deepEqual(refusals(type, 'settings', saved(type, { operation, parameters })), [], `${type} ${operation}`);
  });

  for (const [title, [type, node]] of Object.entries(WRONG))
    it(`refuse ${title}`, () => {
      const found = refusals(type, 'settings', node);
      ok(found.length > 0, JSON.stringify(node));
      // Not for another reason.
      deepEqual(
        found.filter((refusal) => refusal.includes('required')),
        [],
      );
    });

  for (const [title, [type, node]] of Object.entries(INCOMPLETE))
    it(`refuse ${title}`, () => {
      const without = JSON.parse(JSON.stringify(node)) as object;
      ok(refusals(type, 'settings', without).length > 0, JSON.stringify(node));
    });

  for (const [title, [type, node]] of Object.entries(RIGHT)) it(`accept ${title}`, () => deepEqual(refusals(type, 'settings', node), []));

  it('say what a message has that comes out', () => {
    const refuses = (type: string, msg: object) => refusals(type, 'output', msg).length > 0;
    const event = { vendor: 'turn', source: 'sse', type: 'state', initial: false, resumed: false, raw: {} };
    equal(refuses('sonata-pattern', { payload: { message: 'Success' }, statusCode: 200, topic: 'kept' }), false);
    equal(refuses('sonata-pattern', { payload: { message: 'Success' } }), true);
    equal(refuses('sonata-pattern', { payload: { message: 5 }, statusCode: 200 }), true);
    equal(refuses('turn-sse', { topic: 'light/1/1', payload: {}, event }), false);
    equal(refuses('turn-sse', { topic: 'light/1/1', payload: {}, event: { ...event, vendor: 'sonata' } }), true);
    equal(refuses('turn-sse', { payload: {}, event }), true);
    equal(refuses('turn-device', {}), true);
  });

  it('say what an event holds', () => {
    const refuses = (type: string, topic: string, payload: unknown, event: object) =>
      refusals(type, 'output', { topic, payload, event: { initial: false, resumed: false, raw: null, ...event } }).length > 0;
    const sonata = { vendor: 'sonata', source: 'mqtt', type: 'context', model: '1' };
    const shown = { installationId: 1, deviceId: 3, type: 'context', values: { 4: levels(1) }, pattern: levels(1), key: 7 };
    equal(refuses('sonata-events', '1/3/context', shown, sonata), false);
    for (const wrong of [{ deviceId: '3' }, { pattern: levels(16) }, { values: { 4: 1 } }, { values: undefined }])
      equal(refuses('sonata-events', '1/3/context', JSON.parse(JSON.stringify({ ...shown, ...wrong })), sonata), true);
    equal(refuses('sonata-events', '1/3/context', shown, { ...sonata, source: 'poll' }), true);
    equal(refuses('turn-sse', 'light/1/1', 20, { vendor: 'turn', source: 'sse', type: 'state' }), true);
    const twinkly = { vendor: 'twinkly', source: 'poll', type: 'object' };
    equal(refuses('twinkly-status-poll', '48213', { online: true }, { ...twinkly, changed: ['online'] }), false);
    equal(refuses('twinkly-status-poll', '48213', { online: true }, twinkly), true);
    const thing = { vendor: 'thingsee', source: 'poll', type: 'message', late: true };
    equal(refuses('thing-messages', 'TSPR01', { tsmId: 1100, tsmTs: 1, tsmEv: 10, more: 1 }, thing), false);
    equal(refuses('thing-messages', 'TSPR01', { tsmId: 1100 }, thing), true);
    const alert = { vendor: 'thingsee', source: 'poll', type: 'alert' };
    const begin = { tuid: 'TSPR01', alert_type: 'battery', active: true, from: '2019-12-03T07:22:19', to: null };
    equal(refuses('thing-alerts', 'TSPR01', begin, alert), false);
    equal(refuses('thing-alerts', 'TSPR01', { ...begin, to: undefined }, alert), true);
    const variable = { vendor: 'thingsquare', source: 'poll', type: 'variable', kind: 'd', time: 5 };
    equal(refuses('thingsquare-events', 'a/d/period', '60', variable), false);
    equal(refuses('thingsquare-events', 'a/d/period', '60', { ...variable, kind: 'x' }), true);
  });

  it('say that an event always has the vendor’s own message', () => {
    const event = { vendor: 'turn', source: 'sse', type: 'state', initial: false, resumed: false };
    deepEqual(refusals('turn-sse', 'output', { topic: 'light/1/1', payload: {}, event }), [
      "turn-sse output/event must have required property 'raw'",
    ]);
  });

  it('say of a message what the node would say', () => {
    const refuses = (msg: object, type = 'sonata-pattern') => refusals(type, 'input', msg).length > 0;
    const operation = 'set-pattern';
    equal(refuses({ payload: 1, topic: 'anything' }), false);
    equal(refuses({ operation, parameters: { deviceId: '3', pattern: levels(15), installationId: null } }), false);
    equal(refuses({ operation: 'paint' }), true);
    equal(refuses({ operation, parameters: { deviceID: 3 } }), true);
    equal(refuses({ operation, parameters: [3] }), true);
    equal(refuses({ operation, parameters: { pattern: levels(16) } }), true);
    equal(refuses({ operation, parameters: { pattern: Array(10).fill(levels(1)) } }), true);
    equal(refuses({ operation, parameters: { deviceId: 1.5 } }), true);
    equal(refuses({ payload: 1 }, 'sonata-events'), true);
    equal(refuses({ payload: 1 }, 'sonata-gateway'), true);
  });
});
