import { z } from 'zod';
import { lenientArray } from '../../core/http/response';
import { operation } from '../../core/operation';
import type { ThingseeClient } from './client';
import { limit, period, queryOf, selection, thingPath, tuid } from './parameters';
import { data, isBlank, message, numeric } from './responses';

/** Facts: the vendor's "Open Services API", section Things. */
const ALERTS = 'alerts';

const coordinate = z.preprocess((value) => (isBlank(value) ? undefined : value), numeric.optional());
/** A thing that has not been placed may have empty coordinates: they are left out. */
const location = z
  .looseObject({ lat: coordinate, lon: coordinate })
  .transform((given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));

export const operations = [
  operation<ThingseeClient>()({
    id: 'get-info',
    label: 'Get information',
    help: 'Battery level in percent, time of the last event (Unix seconds), location, gateway and software version of a thing. What the vendor does not know is left out.',
    parameters: { tuid },
    repeatable: true,
    target: ({ tuid }) => tuid,
    request: ({ tuid }) => ({ method: 'GET', path: thingPath(tuid) }),
    result: data(z.looseObject({ location: location.optional() })),
  }),
  operation<ThingseeClient>()({
    id: 'list-messages',
    label: 'List messages',
    help: 'Messages of a thing, as the vendor sorts them. tsmTs is in Unix seconds.',
    parameters: { tuid, limit, ...selection, ...period },
    repeatable: true,
    target: ({ tuid }) => tuid,
    request: ({ tuid, ...selected }) => ({ method: 'GET', path: thingPath(tuid, '/messages'), query: queryOf(selected) }),
    result: data(lenientArray(message)),
  }),
  operation<ThingseeClient>()({
    id: 'list-alerting',
    label: 'List alerting things',
    help: 'The TUIDs of all things that have an alert now.',
    parameters: {},
    repeatable: true,
    target: () => ALERTS,
    request: () => ({ method: 'GET', path: '/things/alerts' }),
    result: data(z.looseObject({ alerting_tuids: lenientArray(z.string()) })),
  }),
  operation<ThingseeClient>()({
    id: 'count-alerts',
    label: 'Count alerting things',
    help: 'How many things have an alert now, as a number.',
    parameters: {},
    repeatable: true,
    target: () => ALERTS,
    request: () => ({ method: 'GET', path: '/things/alerts/count' }),
    result: data(z.looseObject({ alert_count: numeric })),
  }),
  operation<ThingseeClient>()({
    id: 'list-alerts',
    label: 'List alerts of a thing',
    help: 'The alerts of a thing or gateway, by kind, with their beginning and end (ISO time without a zone, presumably UTC).',
    parameters: { tuid, ...period },
    repeatable: true,
    target: ({ tuid }) => tuid,
    request: ({ tuid, ...selected }) => ({ method: 'GET', path: thingPath(tuid, '/alerts'), query: queryOf(selected) }),
    result: data(lenientArray(z.looseObject({ alert_type: z.string(), alerts: lenientArray(z.looseObject({})) }))),
  }),
];
