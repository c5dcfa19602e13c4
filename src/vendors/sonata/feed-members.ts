import type { EnsembleError } from '../../core/errors';
import type { StreamState } from '../../core/follow/events';
import { type Followed, kept, type Topic } from './mqtt-topics';

/** A message of a device, as it came over MQTT. */
export interface FeedMessage {
  readonly topic: Topic;
  readonly text: string;
  /** Kept by the broker from before this user came. */
  readonly initial: boolean;
  /** Came in while this client was away. */
  readonly resumed: boolean;
}

export interface FeedUser {
  /** Stays the same over a redeploy. */
  readonly nodeId: string;
  /** Events of this device only; undefined: of all. */
  readonly deviceId: number | undefined;
  receive(message: FeedMessage): void;
  state(state: StreamState): void;
  /** Trouble, once for each interruption. */
  report(error: EnsembleError): void;
  /** What may be wrong, each text once. */
  warn(text: string): void;
}

export interface Member {
  readonly user: FeedUser;
  /** In which it joined. */
  readonly generation: number;
  /** It has not seen an interruption yet: what is retained is the state at its start. */
  isStarting: boolean;
  /** It was told that the broker refuses its subscription. */
  knowsRefusal: boolean;
}

/** The users of a feed. */
export class Members {
  /** By the device that they selected; undefined stands for all devices. */
  private readonly selections = new Map<number | undefined, Member[]>();
  /** Grows with each that joins, and with each connection. */
  private generation = 0;
  /** In which the connection began. */
  private connected = 0;

  constructor(
    /** They share the events. */
    private readonly isGroup: boolean,
  ) {}

  get all(): Member[] {
    return [...this.selections.values()].flat();
  }

  get devices(): (number | undefined)[] {
    return [...this.selections.keys()];
  }

  add(user: FeedUser): Member {
    this.generation++;
    const member = { user, generation: this.generation, isStarting: true, knowsRefusal: false };
    this.selections.set(user.deviceId, [...(this.selections.get(user.deviceId) ?? []), member]);
    return member;
  }

  /** From now on events are missed. */
  interrupted(): void {
    this.generation++;
    this.connected = this.generation;
    // What was retained was the state at the start; now it is what was missed.
    for (const member of this.all) member.isStarting = false;
  }

  /** False where it has gone before. */
  remove(member: Member): boolean {
    const { deviceId } = member.user;
    const members = this.selections.get(deviceId) ?? [];
    const left = members.filter((other) => other !== member);
    if (left.length > 0) this.selections.set(deviceId, left);
    else this.selections.delete(deviceId);
    return left.length < members.length;
  }

  report(error: EnsembleError): void {
    for (const { user } of this.all) user.report(error);
  }

  warn(text: string): void {
    for (const { user } of this.all) user.warn(text);
  }

  handOn(followed: Followed, text: string, resumed: boolean): void {
    const { topic } = followed;
    const message = { topic, text, initial: false, resumed };
    for (const [deviceId, members] of this.selections) {
      if (deviceId !== undefined && deviceId !== topic.deviceId) continue;
      if (this.isGroup) takeTurn(members)?.user.receive(message);
      else for (const { user } of members) user.receive(message);
    }
    followed.last = kept(text);
    followed.generation = this.generation;
  }

  /** Whoever has seen the topic has missed nothing in this connection, and before it only what differs. */
  handOnRetained(followed: Followed, text: string): void {
    const { topic, last, retained, generation } = followed;
    const isMissed = generation < this.connected && text !== last && text !== retained;
    for (const { user, generation: own, isStarting } of this.all) {
      if (user.deviceId !== undefined && user.deviceId !== topic.deviceId) continue;
      const hasSeen = generation >= own;
      if (hasSeen && !isMissed) continue;
      const initial = isStarting && !hasSeen;
      user.receive({ topic, text, initial, resumed: !initial });
    }
    if (isMissed || last === undefined) followed.last = kept(text);
    followed.retained = kept(text);
    followed.generation = this.generation;
  }
}

/** Users that share the events in one process take them in turn, as the group's clients do. */
function takeTurn(members: Member[]): Member | undefined {
  const next = members.shift();
  if (next) members.push(next);
  return next;
}
