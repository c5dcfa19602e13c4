import { asEnsembleError } from '../../core/errors';
import type { EventContext } from '../../core/events';
import { choice, integer, optional, type Values } from '../../core/parameters';
import type { Listing } from './listing-feed';
import { device, kinds, name } from './parameters';
import type { ThingsquareFrontend } from './thingsquare-frontend';
import { KINDS, type Kind, type Variable } from './values';

export const settings = {
  device: optional({ ...device, help: 'Changes of this device only. Empty: of all devices that are registered for remote access.' }),
  kind: optional(choice({ label: 'Kind', help: 'Variables of this kind only. Empty: of all.', options: KINDS, optionLabels: kinds })),
  variable: optional({ ...name, help: 'Changes of this variable only. Empty: of all.' }),
  interval: integer({
    label: 'Interval',
    help: 'The time between two listings of the devices. Nodes with the same frontend and the same interval share one.',
    min: 1,
    max: 86_400,
    unit: 'seconds',
    default: 30,
  }),
};

type Settings = Values<typeof settings>;
/** What is known of each variable, by topic. */
type Seen = Readonly<Record<string, string>>;

interface Watched {
  readonly topic: string;
  readonly kind: Kind;
  readonly variable: Variable;
}

export async function start({ connection, settings, scope, memory, ...node }: EventContext<ThingsquareFrontend, Settings>): Promise<void> {
  let seen = (await memory.read('seen')) as Seen | undefined;
  let isFirst = true;
  let written: Promise<void> = Promise.resolve();
  const receive = (listing: Listing, resumed: boolean): void => {
    const now: Record<string, string> = {};
    let changed = false;
    for (const { topic, kind, variable } of watched(listing, settings)) {
      const known = seen?.[topic];
      now[topic] = signOf(variable);
      if (now[topic] === known) continue;
      changed = true;
      const initial = isFirst && known === undefined;
      const { value: payload, time } = variable;
      // What had changed while the node, or the way to the backend, was down.
      node.emit({
        topic,
        payload,
        source: 'poll',
        type: kind,
        initial,
        resumed: !initial && (isFirst || resumed),
        raw: variable,
        details: { time },
      });
    }
    changed ||= Object.keys(seen ?? {}).length !== Object.keys(now).length;
    seen = now;
    isFirst = false;
    if (changed) written = written.then(() => memory.write('seen', now)).catch((error: unknown) => node.report(asEnsembleError(error)));
  };
  connection.feed(settings.interval * 1000).join({ receive, state: node.state, report: node.report }, scope);
}

function* watched(listing: Listing, { device, kind, variable: wanted }: Settings): Generator<Watched> {
  for (const [id, variables] of Object.entries(listing))
    for (const side of KINDS)
      for (const [name, variable] of Object.entries(variables[side] ?? {})) {
        const isWanted = (device ?? id) === id && (kind ?? side) === side && (wanted ?? name) === name;
        if (isWanted) yield { topic: `${id}/${side}/${name}`, kind: side, variable };
      }
}

/** Tells a value from the one before. The same value, reported or set anew, is a change: a button is pressed twice. */
const signOf = ({ time, value }: Variable): string => `${time} ${JSON.stringify(value)}`;
