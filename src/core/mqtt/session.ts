import type { IPublishPacket } from 'mqtt';
import { Redeliveries } from './redeliveries';

/** What this process knows of its session at a broker, which outlives the connections and the nodes of one deploy. */
export interface BrokerSession {
  /** What was subscribed at some time, and perhaps still is: unsubscribed when no listener wants it any more. */
  readonly filters: Set<string>;
  readonly redeliveries: Redeliveries;
  /** What came for a group between its last node and its next one: the broker has no copy any more. */
  readonly kept: IPublishPacket[];
  /** The login that the broker accepted last. */
  accepted: string | undefined;
  /** When the last connection ended (`performance.now()`). */
  leftAt: number | undefined;
}

const MAX_SESSIONS = 100;
const sessions = new Map<string, BrokerSession>();

/** One for each gateway, broker and group; those that were not used for the longest time are forgotten. */
export function sessionOf(url: string, clientId: string): BrokerSession {
  const name = `${clientId} ${url}`;
  const session = sessions.get(name) ?? {
    filters: new Set(),
    redeliveries: new Redeliveries(),
    kept: [],
    accepted: undefined,
    leftAt: undefined,
  };
  sessions.delete(name);
  sessions.set(name, session);
  const [oldest] = sessions.keys();
  if (sessions.size > MAX_SESSIONS && oldest !== undefined) sessions.delete(oldest);
  return session;
}
