import type { FlowNode } from '../../test/kit/node-red';

const SPRUCE = '48221';
const LAMP = 'efc2462b-1c7c-4366-8917-c25185c084cb';
const THING = 'TSEN03X2Z74162459';

const str = (value: string) => ({ type: 'str', value });
const level = { type: 'msg', value: 'payload' };

/** What each action node does once a second; `payload` counts from 0 to 99. */
const ACTIONS: Readonly<Record<string, Omit<FlowNode, 'id'>>> = {
  'twinkly command': {
    type: 'twinkly-command',
    operation: 'set-brightness',
    parameters: { id: str(SPRUCE), brightness: level },
    connection: 'twinkly',
  },
  'twinkly query': { type: 'twinkly-query', operation: 'list-objects', parameters: {}, connection: 'twinkly' },
  'sonata pattern': {
    type: 'sonata-pattern',
    operation: 'set-pattern',
    parameters: { deviceId: { type: 'num', value: '1' }, pattern: { type: 'jsonata', value: '[1..100].(($ + $$.payload) % 16)' } },
    connection: 'sonata',
  },
  'turn channel': {
    type: 'turn-channel',
    operation: 'set-state',
    parameters: { channel: str('light/1/1'), value: level },
    connection: 'turn',
  },
  'turn control': { type: 'turn-control', operation: 'get-states', parameters: {}, connection: 'turn' },
  'thingsquare variable': {
    type: 'thingsquare-variable',
    operation: 'set',
    parameters: { device: str(LAMP), kind: str('d'), name: str('level'), value: level },
    connection: 'thingsquare',
  },
  'thingsquare device': { type: 'thingsquare-device', operation: 'list', parameters: {}, connection: 'thingsquare' },
  'thingsee query': { type: 'thing-query', operation: 'get-info', parameters: { tuid: str(THING) }, connection: 'thingsee' },
  'thingsee command': {
    type: 'thing-command',
    operation: 'send',
    parameters: { tuid: str(THING), commands: { type: 'json', value: '{"tsmId":1500,"tsmEv":30,"reportInterval":5}' } },
    connection: 'thingsee',
  },
};

const EVENTS: Readonly<Record<string, Omit<FlowNode, 'id'>>> = {
  'twinkly status': { type: 'twinkly-status-poll', ids: SPRUCE, interval: '5', connection: 'twinkly' },
  'sonata webhook': { type: 'sonata-events', transport: 'webhook', interval: '1', connection: 'sonata' },
  'sonata mqtt': { type: 'sonata-events', transport: 'mqtt', connection: 'sonata' },
  'turn events': { type: 'turn-sse', stream: 'channels', ignoreOwn: false, connection: 'turn' },
  'thingsquare events': { type: 'thingsquare-events', interval: '5', connection: 'thingsquare' },
  'thingsee messages': { type: 'thing-messages', things: THING, interval: '5', grace: '0', connection: 'thingsee' },
};

export const actions = Object.keys(ACTIONS);
export const events = Object.keys(EVENTS);

export interface Addresses {
  readonly urls: Readonly<Record<'twinkly' | 'sonata' | 'turn' | 'thingsquare' | 'thingsee', string>>;
  readonly mqttUrl: string;
  /** HTTP root of this Node-RED. */
  readonly publicUrl: string;
}

/** What the flow has counted, by node. */
export interface Counts {
  readonly begun: Readonly<Record<string, number>>;
  readonly done: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, number>>;
  readonly events: Readonly<Record<string, number>>;
  /** Messages without an end so far, and ends of messages that had one. */
  readonly open: number;
  readonly twice: number;
}

const COUNTS = `const counts = flow.get('counts') ?? { begun: {}, done: {}, failed: {}, events: {}, open: new Set(), twice: 0 };
flow.set('counts', counts);
const count = (kind, id) => { counts[kind][id] = (counts[kind][id] ?? 0) + 1; };
`;

/** All five vendors, each node at work. */
export function flow({ urls, mqttUrl, publicUrl }: Addresses): FlowNode[] {
  const { hostname, port } = new URL(urls.turn);
  const timeout = 4000;
  const end = (kind: string) => `${COUNTS}count('${kind}', msg.node);\nif (!counts.open.delete(msg.node + msg._msgid)) counts.twice++;`;
  return [
    {
      id: 'twinkly',
      type: 'twinkly-account',
      environment: 'custom',
      baseUrl: `${urls.twinkly}/twinkly`,
      timeout,
      credentials: { username: 'demo@example.com', password: 'twinkle' },
    },
    { id: 'sonata', type: 'sonata-gateway', baseUrl: `${urls.sonata}/sonata`, installationId: 1, mqttUrl, timeout },
    { id: 'turn', type: 'turn-device', host: hostname, port, timeout },
    {
      id: 'thingsquare',
      type: 'thingsquare-frontend',
      baseUrl: `${urls.thingsquare}/thingsquare`,
      authentication: 'anonymous',
      timeout,
    },
    {
      id: 'thingsee',
      type: 'thingsee-cloud',
      baseUrl: `${urls.thingsee}/thingsee`,
      timeout,
      credentials: { clientId: 'ensemble', clientSecret: 'simulated-secret' },
    },
    { id: 'clock', type: 'inject', repeat: '1', props: [], wires: [actions.map((name) => `begin ${name}`)] },
    ...Object.entries(ACTIONS).flatMap(([name, node]): FlowNode[] => [
      {
        id: `begin ${name}`,
        type: 'function',
        func: `${COUNTS}count('begun', '${name}');\ncounts.open.add('${name}' + msg._msgid);\nreturn Object.assign(msg, { node: '${name}', payload: counts.begun['${name}'] % 100 });`,
        wires: [[name]],
      },
      { id: name, ...node, result: 'result', wires: [[]] },
    ]),
    ...Object.entries(EVENTS).flatMap(([name, node]): FlowNode[] => [
      { id: name, ...node, publicUrl, wires: [[`count ${name}`]] },
      { id: `count ${name}`, type: 'function', func: `${COUNTS}count('events', '${name}');`, wires: [[]] },
    ]),
    { id: 'complete', type: 'complete', scope: actions, wires: [['done']] },
    { id: 'done', type: 'function', func: end('done'), wires: [[]] },
    { id: 'catch', type: 'catch', scope: actions, wires: [['failed']] },
    { id: 'failed', type: 'function', func: end('failed'), wires: [[]] },
    { id: 'http', type: 'http in', method: 'get', url: '/counts', wires: [['counts']] },
    {
      id: 'counts',
      type: 'function',
      func: `${COUNTS}return Object.assign(msg, { payload: { ...counts, open: counts.open.size } });`,
      wires: [['response']],
    },
    { id: 'response', type: 'http response', wires: [] },
  ];
}
