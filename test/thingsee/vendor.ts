import { startAedes } from '../kit/broker';
import { respond } from '../kit/fault-server';
import { constants } from '../kit/typed-input';
import type { Ends, Example, Vendor } from '../kit/vendor';
import { until } from '../kit/within';
import { asked, CLIENT, cloudNode, isLogin, respondByPath, respondWith } from './fake-cloud';
import { WIRE } from './wire-table';

const HARMFUL = ['send', 'set-status', 'create', 'rename', 'delete'];
/** HTTP 200 for commands is enough, unless a page comes with it. */
const SENT: Ends = [[/^(truncated JSON|JSON that is nested|the wrong type|an empty body|bytes that are no text)/, 'done']];
const ends: Readonly<Record<string, Ends>> = { send: SENT };

const examples = WIRE.filter(
  ({ node, operation }, index) => WIRE.findIndex((other) => other.node === node && other.operation === operation) === index,
).map(({ node, operation, parameters = {}, data }): Example => {
  const { tuid, groupId } = parameters as { tuid?: string; groupId?: string };
  return {
    type: node,
    operation,
    parameters: constants(parameters),
    good: { data },
    target: tuid ?? groupId ?? /./,
    ...(HARMFUL.includes(operation) && { harmful: true }),
    ...(ends[operation] && { ends: ends[operation] }),
  };
});
const TUID = { tuid: 'TSPR04EZU31901021' };
const MESSAGE = { tsmId: 1110, tsmTs: 1, tsmEv: 10 };

export const thingsee: Vendor = {
  name: 'thingsee',
  connection: cloudNode,
  secrets: [CLIENT.clientSecret],
  login: {
    isLogin,
    accept: (token) => respond({ data: { token } }),
    refusals: [400, 401, 403].map((statusCode) => respond({ statusCode, error: 'No', message: 'Unknown client' }, statusCode)),
    odd: respond({ data: { token: 17 } }),
    action: { type: 'thing-group', operation: 'list' },
    event: { type: 'thing-messages', things: 'TSPR04EZU31230001', interval: 1 },
    lookups: ['groups', 'things'],
    good: respond({ data: [] }),
    forbidden: { type: 'thing-query', operation: 'get-info', parameters: constants({ tuid: 'forbidden' }) },
  },
  examples: [
    ...examples,
    {
      type: 'thing-group',
      operation: 'list-all-things',
      good: respondByPath({ '/groups': [{ group_id: 'g' }], '/groups/g/things': { tuids: ['a'] }, '/groups/unassigned/things': {} }),
      target: /^(groups|g)$/,
    },
  ],
  oddElements: [
    ['thing-query', 'list-messages', { ...TUID, limit: 5 }, { data: [MESSAGE, { tsmId: 'odd' }, null] }, [MESSAGE]],
    ['thing-query', 'list-alerting', {}, { data: { alerting_tuids: ['a', 5, null] } }, { alerting_tuids: ['a'] }],
    [
      'thing-query',
      'list-alerts',
      TUID,
      { data: [{ alert_type: 'battery', alerts: [{ from: 1 }, 'odd'] }, { alert_type: 5 }] },
      [{ alert_type: 'battery', alerts: [{ from: 1 }] }],
    ],
    ['thing-command', 'list', TUID, { data: [{ command: { tsmId: 1 } }, { command: 'odd' }] }, [{ command: { tsmId: 1 } }]],
    [
      'thing-installation',
      'list',
      TUID,
      { data: [{ installation_status: 'new' }, { installation_status: 5 }] },
      [{ installation_status: 'new' }],
    ],
    ['thing-group', 'list', {}, { data: [{ group_id: 'g' }, { group_id: 5 }] }, [{ group_id: 'g' }]],
    ['thing-group', 'list-things', { groupId: 'g' }, { data: { tuids: ['a', 5] } }, { tuids: ['a'] }],
    ['lookup', 'groups', {}, { data: [{ group_id: 'g' }, { group_id: 5 }, null] }, ['g']],
  ],
  deployed: {
    nodes: [
      { id: 'alerts', type: 'thing-alerts', interval: 1 },
      { id: 'named', type: 'thing-alerts', things: 'TSPR1,TSPR2', interval: 1 },
      { id: 'messages', type: 'thing-messages', things: 'TSPR1,TSPR2', interval: 1 },
      { id: 'stream', type: 'thing-messages', transport: 'mqtt', groups: '*', things: 'TSPR1', interval: 1 },
      {
        id: 'command',
        type: 'thing-command',
        operation: 'send',
        parameters: constants({ tuid: 'TSPR1', commands: { tsmId: 1500, tsmEv: 30 }, waitForReply: 600 }),
      },
    ],
    start: async () => {
      const broker = await startAedes();
      return { settings: { mqttUrl: broker.url }, stop: () => broker.stop() };
    },
    good: (response, request) =>
      respond({ data: request.path === '/things/alerts' ? { alerting_tuids: ['TSPR1'] } : [] })(response, request),
    busy: [
      {
        title: 'a request hangs, another is tried again, and a reply is awaited',
        server: (response, request) => {
          if (isLogin(request)) return respondWith({})(response, request);
          if (request.method === 'POST') return respondWith({ commands: [{ tsmTs: 1 }] })(response, request);
          return request.path.includes('TSPR1/') ? undefined : respond({}, 503)(response, request);
        },
        begin: (red, server) => {
          red.inject('command', {});
          return until('the wait for a reply', () => asked(server).some(({ path }) => path.includes('eventid=31')));
        },
      },
    ],
  },
};
