import { Refused } from '../http/refused';
import { notFound, numberOf, queryFilter, type ThingseeHandlers } from './api';
import { type Deployment, now, UNASSIGNED } from './deployment';
import { STATUSES, type Thing, type ThingCommand } from './thing';

/** "Allowed message ids are 1500, 1501, 12200, 13200"; [G] the examples use 17110, so it is accepted too. */
const ALLOWED = [1500, 1501, 12200, 13200];
const ACCEPTED = [...ALLOWED, 17110];
/** Who sent something; null in all examples. */
const RESPONSIBLE = null;

/** Section "Things" of the vendor's document. */
export function thingRoutes(deployment: Deployment): ThingseeHandlers {
  const thing = (id: string): Thing => {
    const found = deployment.things.get(id);
    if (!found) throw notFound();
    return found;
  };
  return {
    'GET /things/alerts': () => ({ alerting_tuids: deployment.alerting.map(({ tuid }) => tuid) }),
    // A number in quotes, as the document shows it.
    'GET /things/alerts/count': () => ({ alert_count: String(deployment.alerting.length) }),
    'GET /things/:id/alerts': ({ id, query }) => alerts(thing(id), query),
    'GET /things/:id': ({ id }) => information(thing(id)),
    'GET /things/:id/messages': ({ id, query }) => messages(thing(id), query),
    'GET /things/:id/commands': ({ id, query }) => commands(thing(id), query),
    'POST /things/:id/commands': ({ id, body }) => sendCommands(thing(id), body),
    'GET /things/:id/installations': ({ id, query }) => installations(thing(id), query),
    'POST /things/:id/installations': ({ id, body: { installation_status } }) => {
      const known = deployment.install(thing(id), installation_status);
      if (!known) throw new Refused(400, `installation_status must be one of ${STATUSES.join(', ')}`);
      return { tuid: id, installation_status: known };
    },
    'GET /things/:id/group': ({ id }) => ({ group_id: thing(id).group, tuid: id }),
    'POST /things/:id/group': ({ id, body: { group_id } }) => {
      const chosen = thing(id);
      if (typeof group_id !== 'string') throw new Refused(400, 'group_id is required');
      if (group_id !== UNASSIGNED && !deployment.groups.has(group_id)) throw new Refused(404, `Group ${group_id} not found`);
      chosen.group = group_id;
      return { group_id, tuid: id };
    },
  };
}

/** Without a time zone, unlike all other times. */
const isoTime = (at: number): string => new Date(at * 1000).toISOString().slice(0, 19);

function alerts({ tuid, alerts }: Thing, query: URLSearchParams): unknown {
  const [start = -Infinity, end = Infinity] = [numberOf(query, 'from'), numberOf(query, 'to')];
  const meant = alerts.filter(({ from, to = Infinity }) => to >= start && from <= end);
  return [...new Set(meant.map(({ type }) => type))].map((type) => ({
    tuid,
    alert_type: type,
    // [G] An active alert has no end.
    alerts: meant
      .filter((one) => one.type === type)
      .map(({ from, to }) => ({ from: isoTime(from), to: to === undefined ? null : isoTime(to) })),
  }));
}

/** The document calls coordinates text and shows numbers: here, every other thing has numbers. A gateway has neither battery nor gateway. */
function information({ tuid, battery, seen, model, gateway, place }: Thing): unknown {
  const isGateway = model.kind === 'gateway';
  return {
    battery_level: battery,
    timestamp: seen,
    ...(place && { location: Number(tuid.at(-1)) % 2 === 0 ? place : { lat: String(place.lat), lon: String(place.lon) } }),
    gateway_tuid: isGateway ? null : gateway,
    version: '2019.11.15.2_ts_pod3wp34',
  };
}

/** [G] Newest first: apps ask with a limit of 1 for the newest. */
function messages(thing: Thing, query: URLSearchParams): unknown {
  const limit = numberOf(query, 'limit');
  if (limit === undefined) throw new Refused(400, 'limit is required');
  const meant = thing.messages.filter(queryFilter(query));
  return meant
    .sort((a, b) => a.tsmTs - b.tsmTs)
    .reverse()
    .slice(0, limit);
}

/** "In chronological order"; [G] a limit leaves the newest. */
function commands({ tuid, commands }: Thing, query: URLSearchParams): unknown {
  const meant = commands.filter(({ tsmId }) => ALLOWED.includes(tsmId)).filter(queryFilter(query));
  const limit = numberOf(query, 'limit') ?? meant.length;
  return meant
    .slice(meant.length - Math.min(limit, meant.length))
    .map((command) => ({ tuid, timestamp: command.tsmTs, responsible: RESPONSIBLE, command }));
}

function sendCommands(thing: Thing, body: unknown): unknown {
  if (!Array.isArray(body) || body.length === 0) throw new Refused(400, 'The body must be an array of commands');
  const tsmTs = now();
  const sent = body.map((command: unknown): ThingCommand => {
    const { tsmId, tsmEv, ...fields } = (command ?? {}) as Record<string, unknown>;
    if (typeof tsmId !== 'number' || typeof tsmEv !== 'number') throw new Refused(400, 'tsmId and tsmEv are required');
    if (!ACCEPTED.includes(tsmId)) throw new Refused(400, `Message id ${tsmId} is not allowed`);
    return { ...fields, tsmEv, tsmId, tsmTs, tsmDstTuid: thing.tuid };
  });
  for (const command of sent) thing.execute(command);
  return { responsible: RESPONSIBLE, commands: sent };
}

/** [G] Newest first, as the apps' limit of 1 for the present status suggests. */
const installations = ({ tuid, installations }: Thing, query: URLSearchParams): unknown =>
  installations
    .toReversed()
    .slice(0, numberOf(query, 'limit'))
    .map(({ status, at }) => ({ tuid, installation_status: status, timestamp: at, responsible: RESPONSIBLE }));
