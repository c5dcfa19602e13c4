import { z } from 'zod';
import { lenientArray } from '../../core/http/response';
import { withoutUndefined } from '../../core/objects';
import { operation } from '../../core/operation';
import type { ThingseeClient } from './client';
import { limit, period, queryOf, selection, thingPath, tuid } from './parameters';
import { data, isBlank, message, numeric } from './responses';

/** Facts: the vendor's "Open Services API", section Things. */
const ALERTS = 'alerts';

const coordinate = z.preprocess((value) => (isBlank(value) ? undefined : value), numeric.optional());
/** A thing that has not been placed may have empty coordinates: they are left out. */
const location = z.looseObject({ lat: coordinate, lon: coordinate }).transform(withoutUndefined);

export const operations = [
  operation<ThingseeClient>()({
    id: 'get-info',
    label: 'Get information',
    help: 'Reads battery level in percent, time of the last event (Unix seconds), location, gateway and software version of a thing.',
    more: 'What the vendor does not know is omitted.',
    parameters: { tuid },
    repeatable: true,
    reads: true,
    target: ({ tuid }) => tuid,
    request: ({ tuid }) => ({ method: 'GET', path: thingPath(tuid) }),
    result: data(z.looseObject({ location: location.optional() })),
  }),
  operation<ThingseeClient>()({
    id: 'list-messages',
    label: 'List messages',
    help: 'Lists messages of a thing in the vendor’s order. tsmTs is in Unix seconds.',
    parameters: { tuid, limit, ...selection, ...period },
    repeatable: true,
    reads: true,
    target: ({ tuid }) => tuid,
    request: ({ tuid, ...selected }) => ({ method: 'GET', path: thingPath(tuid, '/messages'), query: queryOf(selected) }),
    result: data(lenientArray(message)),
  }),
  operation<ThingseeClient>()({
    id: 'list-alerting',
    label: 'List alerting things',
    help: 'Lists the TUIDs of all things with a current alert.',
    parameters: {},
    repeatable: true,
    reads: true,
    target: () => ALERTS,
    request: () => ({ method: 'GET', path: '/things/alerts' }),
    result: data(z.looseObject({ alerting_tuids: lenientArray(z.string()) })),
  }),
  operation<ThingseeClient>()({
    id: 'count-alerts',
    label: 'Count alerting things',
    help: 'Returns the number of things with a current alert.',
    parameters: {},
    repeatable: true,
    reads: true,
    target: () => ALERTS,
    request: () => ({ method: 'GET', path: '/things/alerts/count' }),
    result: data(z.looseObject({ alert_count: numeric })),
  }),
  operation<ThingseeClient>()({
    id: 'list-alerts',
    label: 'List alerts of a thing',
    help: 'Lists the alerts of a thing or gateway by kind, with start and end (ISO time without a time zone, presumably UTC).',
    parameters: { tuid, ...period },
    repeatable: true,
    reads: true,
    target: ({ tuid }) => tuid,
    request: ({ tuid, ...selected }) => ({ method: 'GET', path: thingPath(tuid, '/alerts'), query: queryOf(selected) }),
    result: data(lenientArray(z.looseObject({ alert_type: z.string(), alerts: lenientArray(z.looseObject({})) }))),
  }),
];
