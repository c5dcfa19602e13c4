import type { IPublishPacket } from 'mqtt';
import { HandedOn } from './handed-on';

/** What this process knows of its session at a broker, which outlives the connections and the nodes of one deploy. */
export interface BrokerSession {
  /** What was subscribed at some time: to be taken back when nobody wants it any more. That it still is, is not certain. */
  readonly filters: Set<string>;
  readonly handedOn: HandedOn;
  /** What came for a group between its last node and its next one: nobody else has a copy. */
  readonly kept: IPublishPacket[];
  /** The login that the broker took last. */
  accepted: string | undefined;
  /** When the last connection ended (`performance.now()`). */
  leftAt: number | undefined;
}

const MOST_SESSIONS = 100;
const sessions = new Map<string, BrokerSession>();

/** A user makes one for each gateway, broker and group; those that were not used for long are forgotten. */
export function sessionOf(url: string, clientId: string): BrokerSession {
  const name = `${clientId} ${url}`;
  const session = sessions.get(name) ?? { filters: new Set(), handedOn: new HandedOn(), kept: [], accepted: undefined, leftAt: undefined };
  sessions.delete(name);
  sessions.set(name, session);
  const [oldest] = sessions.keys();
  if (sessions.size > MOST_SESSIONS && oldest !== undefined) sessions.delete(oldest);
  return session;
}
