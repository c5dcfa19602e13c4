import { type Assumption, type CheckContext, cannotTell, confirmed, differs, isAnswer } from '../../core/diagnostics/assumption';
import { asEnsembleError } from '../../core/errors';
import { isPage } from '../../core/http/error-response';
import type { RequestFields } from '../../core/http/request';
import { parseJson } from '../../core/json';
import { smallest } from '../../core/numbers';
import { isRecord } from '../../core/objects';
import type { Scope } from '../../core/scope';
import type { ThingseeClient } from './client';
import { groupList } from './lookups';
import { groupPath, thingPath, UNASSIGNED } from './parameters';
import { groupThings } from './responses';
import { filterOf, pathOf } from './stream-topics';
import { say } from './texts';

/** Things that are asked, one after the other, until one can tell. */
const MAX_TRIED = 20;
const PAGE = 100;

/** Of the first groups: a deployment may have thousands. */
const thingsOf = (client: ThingseeClient, { scope, once }: CheckContext): Promise<string[]> =>
  once('things', async () => {
    const tuids: string[] = [];
    for (const { group_id } of (await groupList(client, scope)).slice(0, MAX_TRIED)) {
      if (tuids.length >= MAX_TRIED) break;
      const { tuids: more } = groupThings(await client.read(groupPath(group_id, '/things'), { scope }));
      for (const tuid of more.slice(0, MAX_TRIED - tuids.length)) tuids.push(tuid);
    }
    return tuids;
  });

const listOf = async (client: ThingseeClient, path: string, scope: Scope, query: RequestFields): Promise<unknown[]> => {
  const value = parseJson((await client.read(path, { scope, query })).body.toString('utf8'));
  return isRecord(value) && Array.isArray(value.data) ? value.data : [];
};
const messagesOf = async (client: ThingseeClient, tuid: string, scope: Scope, query: RequestFields): Promise<number[]> =>
  (await listOf(client, thingPath(tuid, '/messages'), scope, query)).map((message) => Number(isRecord(message) && message.tsmTs));

export const assumptions: readonly Assumption<ThingseeClient>[] = [
  {
    id: 'thingsee-range',
    what: '`from` and `to` are Unix seconds. Whether they are included does not matter: a second more is asked for at each end.',
    why: 'The document names neither the unit nor the ends; all other times are seconds.',
    source: 'guess',
    check: 'Reads the newest message of a thing, and asks for it by its time.',
    async ask(client, context) {
      const { scope } = context;
      for (const tuid of await thingsOf(client, context)) {
        const [time] = await messagesOf(client, tuid, scope, { limit: 1 });
        if (time === undefined) continue;
        const within = async (from: number, to: number) =>
          (await messagesOf(client, tuid, scope, { from, to, limit: PAGE })).includes(time);
        if (!(await within(time - 1, time + 1))) return differs(say('found.noneAround'));
        const [from, to] = [await within(time, time + 1), await within(time - 1, time)];
        const ends = from && to ? 'bothEnds' : from ? 'fromIncluded' : to ? 'toIncluded' : 'noEnd';
        return confirmed(say(`found.${ends}`));
      }
      return cannotTell(say('found.noMessage'));
    },
  },
  {
    id: 'thingsee-order',
    what: 'The order in which messages are listed does not matter, but of several messages of one second: which was first is told by the way in which the others are listed. Where there are none, the newest is taken to stand first.',
    why: 'The document does not say it.',
    source: 'guess',
    check: 'Reads the messages of a thing, and compares their times.',
    async ask(client, context) {
      const { scope } = context;
      for (const tuid of await thingsOf(client, context)) {
        const times = await messagesOf(client, tuid, scope, { limit: PAGE });
        if (new Set(times).size < 2) continue;
        const isSorted = (sign: number) => times.every((time, index) => index === 0 || sign * time >= sign * (times[index - 1] as number));
        if (isSorted(-1)) return confirmed(say('found.newestFirst'));
        return differs(say(isSorted(1) ? 'found.oldestFirst' : 'found.noOrder'));
      }
      return cannotTell(say('found.tooFewSeconds'));
    },
  },
  {
    id: 'thingsee-limit',
    what: 'A page of 100 messages is not cut. `thing-messages` asks for so many at a time and halves the window when a page is full: a vendor that cuts shorter pages without a word would hide messages.',
    inShort: 'A page of 100 messages is not cut.',
    why: 'No largest `limit` is documented.',
    source: 'guess',
    check: 'Reads 100 messages of a thing, and whether there are older ones where fewer came.',
    async ask(client, context) {
      const { scope } = context;
      for (const tuid of await thingsOf(client, context)) {
        const times = await messagesOf(client, tuid, scope, { limit: PAGE });
        if (times.length >= PAGE) return confirmed(say('found.fullPage'));
        if (times.length < 2) continue;
        const oldest = smallest(times);
        if ((await messagesOf(client, tuid, scope, { from: 0, to: oldest - 1, limit: 1 })).length > 0)
          return differs(say('found.shortPage', { count: times.length }));
      }
      return cannotTell(say('found.tooFewMessages'));
    },
  },
  {
    id: 'thingsee-token-end',
    what: 'A token that has expired is answered with 401 or with 403. Both lead to one new token.',
    why: 'The document does not say it; the vendor’s app expects 401, and the servers in front of it may answer 403.',
    source: 'other program',
    check: 'Sends a read with a token that never was one.',
    async ask(client, { scope }) {
      try {
        const request = { method: 'GET', path: '/groups', headers: { authorization: 'Bearer none' }, withoutLogin: true } as const;
        const response = await client.send(request, { repeatable: true, scope });
        return isPage(response) ? cannotTell(say('found.page')) : differs(say('found.wrongToken'));
      } catch (thrown) {
        const error = asEnsembleError(thrown);
        const { statusCode = 0 } = error.cause;
        if (!isAnswer(error)) throw error;
        return [401, 403].includes(statusCode)
          ? confirmed(say('found.answered', { status: statusCode }))
          : differs(say('found.answered', { status: statusCode }));
      }
    },
  },
  {
    id: 'thingsee-command-address',
    what: '`tsmDstTuid` is added to each command.',
    why: 'The document leaves it out, the vendor’s app sends it.',
    source: 'contradiction',
    check: 'Send a command: the thing must carry it out.',
  },
  {
    id: 'thingsee-reply',
    what: 'The reply to a command has `tsmEv` 31 or 36 and the same `transactionId` (and the same `tsmId`, where you chose the `transactionId`), and is found among the messages of the thing.',
    why: 'The document says that the reply is not in the response, and not where it is.',
    source: 'guess',
    check: 'Send a command, and wait for its reply.',
  },
  {
    id: 'thingsee-unassigned',
    what: 'Things without a group are listed under `unassigned`, and return there when they leave a group.',
    why: 'The document forbids the name for a group, and does not say what it is.',
    source: 'guess',
    check: 'Reads the things of `unassigned`.',
    async ask(client, { scope }) {
      try {
        groupThings(await client.read(groupPath(UNASSIGNED, '/things'), { scope }));
        return confirmed(say('found.isList'));
      } catch (thrown) {
        const error = asEnsembleError(thrown);
        if (!['NOT_FOUND', 'REJECTED', 'FORBIDDEN'].includes(error.code)) throw error;
        return differs(say('found.refused', { status: error.cause.statusCode ?? 0 }));
      }
    },
  },
  {
    id: 'thingsee-alert-times',
    what: 'Alert times have no zone. They are passed on as they are, presumably UTC. An alert that lasts has no `to`, an empty one or that of 1970; `thing-alerts` finds its end when it has another.',
    inShort:
      'Alert times have no zone. They are passed on as they are, presumably UTC. An alert that lasts has no `to`, an empty one or that of 1970.',
    why: 'All other times are Unix seconds; the document shows 1970 for an unknown start.',
    source: 'guess',
    check: 'Reads the alerts of the things that have some.',
    async ask(client, context) {
      const { scope } = context;
      for (const tuid of await thingsOf(client, context)) {
        const types = (await listOf(client, thingPath(tuid, '/alerts'), scope, {})).filter(isRecord);
        const alerts = types.flatMap((type) => (Array.isArray(type.alerts) ? type.alerts.filter(isRecord) : []));
        const times = alerts.flatMap(({ from, to }) => [from, to]).filter((time) => typeof time === 'string');
        if (times.length === 0) continue;
        const isBare = times.every((time) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$/.test(time));
        return isBare ? confirmed(say('found.noZone')) : differs(say('found.otherForm'));
      }
      return cannotTell(say('found.noAlert'));
    },
  },
  {
    id: 'thingsee-no-alerts',
    what: 'That there are no alerts may be said by an empty list or by 404 in the vendor’s words. For a thing that alerts, `from` may mean those that began or those that ended after it: what the last 30 days do not have is asked for without `from`.',
    why: 'The document does not say either.',
    source: 'guess',
    check: 'Ask for the alerts of a thing that has none, and of one whose alert began long ago.',
  },
  {
    id: 'thingsee-alert-owner',
    what: 'An entry of the alerts of a thing belongs to the thing that its `tuid` names: that of a gateway may stand in the list of a sensor. `thing-alerts` tells it with the `tuid` of the entry, once; where the thing that is named has the alert in its own list, that list says when it ends.',
    inShort: 'An alert belongs to the thing that its `tuid` names: that of a gateway may stand in the list of a sensor.',
    why: 'The document says “Includes alerts for both sensors and gateways”, and not where those of a gateway are.',
    source: 'guess',
    check: 'Reads the alerts of the things that have some.',
    async ask(client, context) {
      const { scope } = context;
      let isNamed = false;
      for (const tuid of await thingsOf(client, context)) {
        const entries = (await listOf(client, thingPath(tuid, '/alerts'), scope, {})).filter(isRecord);
        if (entries.some((entry) => typeof entry.tuid === 'string' && entry.tuid !== tuid)) return confirmed(say('found.othersAlert'));
        isNamed ||= entries.length > 0;
      }
      return isNamed ? confirmed(say('found.ownAlerts')) : cannotTell(say('found.noAlert'));
    },
  },
  {
    id: 'thingsee-stream-topics',
    what: 'In the data stream, the messages of a group come under `cloudext/json/{environment}/{country}/{groupId}/…`, with environment and country as the group’s ID begins (`prfi00office`: `pr`, `fi`); for an ID that begins otherwise, any will do. The broker lets the client subscribe to a group with `#`.',
    inShort:
      'In the data stream, the messages of a group come under `cloudext/json/{environment}/{country}/{groupId}/…`, and the broker lets the client subscribe to a group with `#`.',
    why: 'The vendor’s page names the topics, and programs of customers subscribe so. What a certificate lets its owner read is not said.',
    source: 'other program',
    check: 'Connects to the broker and subscribes to all groups for a moment.',
    corrects: 'a path in *MQTT broker* of the cloud',
    async ask(client, { scope }) {
      const { mqttUrl } = client.settings;
      if (mqttUrl === undefined) return undefined;
      const ids = (await groupList(client, scope)).map(({ group_id }) => group_id);
      const filters = [...new Set(ids.flatMap((id) => filterOf(pathOf(mqttUrl), id) ?? []))];
      const refused = await client.tryBroker(filters, scope);
      if (filters.length === 0) return cannotTell(say('found.noGroup'));
      if (refused.length === 0) return confirmed(say('found.granted'));
      return differs(say('found.someRefused', { count: refused.length, all: filters.length }));
    },
  },
  {
    id: 'thingsee-stream-same',
    what: 'A message of the stream and the same message of the API have the same fields and values, but for `tsmTuid`, `tsmGw` and `deploymentGroupId`, which say its way. Messages of a thing that differ in nothing else are one.',
    why: 'The vendor’s samples of both have the same fields; nothing says that they are always equal.',
    source: 'guess',
    check: 'Let a thing send a message, with *Transport* MQTT: it must come once.',
  },
  {
    id: 'thingsee-intervals',
    what: 'The intervals of command 1500 go from 1 to 86,400 seconds in the form. A message may send others.',
    why: 'The document has no range for them.',
    source: 'guess',
    check: 'Send longer ones, and read them back.',
  },
];
