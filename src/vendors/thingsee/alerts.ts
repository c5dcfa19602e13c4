import { z } from 'zod';
import { asEnsembleError } from '../../core/errors';
import type { ReadOptions } from '../../core/http/request';
import { json, lenientArray } from '../../core/http/response';
import type { ThingseeClient } from './client';
import { thingPath } from './parameters';
import { data, isBlank } from './responses';

export interface Alert {
  readonly alert_type: string;
  /** As the vendor writes it; null where it does not say. */
  readonly from: string | null;
  /** Null as long as it lasts. */
  readonly to: string | null;
  /** The vendor's entry, with this alert alone. */
  readonly raw: unknown;
}

/** An alert among those of a thing, which may be another's. */
export interface FoundAlert extends Alert {
  /** Whose it is. */
  readonly tuid: string;
}

const ZONE = /(z|[+-]\d\d:?\d\d)$/i;

/** Unix seconds; NaN where it is no time. [G] A time without a zone is UTC. */
function secondsOf(time: string): number {
  const text = time.trim();
  return Date.parse(ZONE.test(text) ? text : `${text}Z`) / 1000;
}

/** 0 for a beginning that is unknown. */
export const beginOf = ({ from }: Pick<Alert, 'from'>): number => (from === null ? 0 : secondsOf(from));

/** Unix seconds; undefined as long as it lasts. */
export const endOf = ({ to }: Alert): number | undefined => (to === null ? undefined : secondsOf(to));

/** Of an alert among those of its thing: however its beginning is written. */
export const keyOf = ({ alert_type, from }: Pick<Alert, 'alert_type' | 'from'>): string =>
  `${alert_type}@${from === null ? '' : momentIn(from)}`;

function momentIn(time: string): string {
  const seconds = secondsOf(time);
  return Number.isNaN(seconds) ? time : new Date(Math.round(seconds * 1000)).toISOString().replace(/(\.000)?Z$/, '');
}

const isTime = (value: string | null | undefined): boolean =>
  value === null || value === undefined || isBlank(value) || !Number.isNaN(secondsOf(value));
const time = z.string().nullish().refine(isTime, 'it is no time');
const entry = z.looseObject({
  tuid: z.string().nullish(),
  alert_type: z.string(),
  alerts: lenientArray(z.looseObject({ from: time, to: time })),
});
const entries = json(z.looseObject({ data: lenientArray(entry) }));
const alerting = data(z.looseObject({ alerting_tuids: lenientArray(z.string()) }));

/** [G] An alert that lasts has no `to`, or an empty one, or that of an unknown time. */
const endIn = (to: string | null | undefined): string | null =>
  to === null || to === undefined || isBlank(to) || secondsOf(to) === 0 ? null : to;

const startIn = (from: string | null | undefined): string | null => (from === undefined || isBlank(from) ? null : from);

/** [G] That there are no alerts may be an empty list, or 404 with the vendor's own words. @throws EnsembleError what else was thrown */
function noneIfNotFound(thrown: unknown): undefined {
  const error = asEnsembleError(thrown);
  if (error.code === 'NOT_FOUND' && !error.isPage && error.cause.vendorMessage !== undefined) return undefined;
  throw error;
}

/** The things that have an alert now; undefined where the vendor says that there is nothing. @throws EnsembleError */
export const readAlerting = (client: ThingseeClient, options: ReadOptions): Promise<ReadonlySet<string> | undefined> =>
  client.read('/things/alerts', options).then((response) => new Set(alerting(response).alerting_tuids), noneIfNotFound);

/** The alerts in the list of a thing, the earliest first; undefined where the vendor knows of none. @throws EnsembleError */
export const readAlerts = (client: ThingseeClient, tuid: string, options: ReadOptions): Promise<FoundAlert[] | undefined> =>
  client.read(thingPath(tuid, '/alerts'), options).then((response) => alertsIn(entries(response).data, tuid), noneIfNotFound);

/** Whether the vendor knows the thing. @throws EnsembleError */
export const isThing = (client: ThingseeClient, tuid: string, options: ReadOptions): Promise<boolean> =>
  client.read(thingPath(tuid), options).then(
    () => true,
    (thrown: unknown) => noneIfNotFound(thrown) ?? false,
  );

/** [G] An entry belongs to the thing that it names: that of a gateway may stand in the list of a sensor. */
const ownerIn = (tuid: string | null | undefined, listed: string): string => (tuid && !isBlank(tuid) ? tuid : listed);

const alertsIn = (found: readonly z.infer<typeof entry>[], listed: string): FoundAlert[] =>
  found
    .flatMap((kind) =>
      kind.alerts.map((one) => ({
        tuid: ownerIn(kind.tuid, listed),
        alert_type: kind.alert_type,
        from: startIn(one.from),
        to: endIn(one.to),
        raw: { ...kind, alerts: [one] },
      })),
    )
    .sort((a, b) => beginOf(a) - beginOf(b));
