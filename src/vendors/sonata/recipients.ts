import type { Listener } from '../../core/follow/feed';
import { type KnownTopic, remembered, type Topic } from './mqtt-topics';

/** A message of a device, as it came over MQTT. */
export interface FeedMessage {
  readonly topic: Topic;
  readonly text: string;
  /** Retained by the broker from before this listener joined. */
  readonly initial: boolean;
  /** Came in while this client was away. */
  readonly resumed: boolean;
}

export interface MqttListener extends Listener {
  /** Stays the same over a redeploy. */
  readonly nodeId: string;
  /** Events of this device only; undefined: of all. */
  readonly deviceId: number | undefined;
  receive(message: FeedMessage): void;
}

interface Recipient {
  readonly listener: MqttListener;
  /** In which it joined. */
  readonly generation: number;
  /** There was no interruption since it joined: what is retained is the state at its start. */
  isStarting: boolean;
}

/** Decides which listeners of a feed get a message. */
export class Recipients {
  /** By the device that they selected; undefined stands for all devices. */
  private readonly selections = new Map<number | undefined, Recipient[]>();
  /** Grows with each that joins, and with each connection. */
  private generation = 0;
  /** In which the connection began. */
  private connected = 0;

  constructor(
    /** They share the events. */
    private readonly isGroup: boolean,
  ) {}

  get devices(): (number | undefined)[] {
    return [...this.selections.keys()];
  }

  add(listener: MqttListener): void {
    this.generation++;
    const recipient = { listener, generation: this.generation, isStarting: true };
    this.selections.set(listener.deviceId, [...(this.selections.get(listener.deviceId) ?? []), recipient]);
  }

  remove(listener: MqttListener): void {
    const { deviceId } = listener;
    const left = this.selections.get(deviceId)?.filter((recipient) => recipient.listener !== listener) ?? [];
    if (left.length > 0) this.selections.set(deviceId, left);
    else this.selections.delete(deviceId);
  }

  /** From now on events are missed. */
  interrupted(): void {
    this.generation++;
    this.connected = this.generation;
    // What was retained was the state at the start; now it is what was missed.
    for (const recipient of this.all) recipient.isStarting = false;
  }

  handOn(known: KnownTopic, text: string, resumed: boolean): void {
    const { topic } = known;
    const message = { topic, text, initial: false, resumed };
    this.give(message, this.selections.get(undefined));
    this.give(message, this.selections.get(topic.deviceId));
    known.last = remembered(text);
    known.generation = this.generation;
  }

  /** A listener who has seen the topic has missed nothing in this connection, and before it only what differs. */
  handOnRetained(known: KnownTopic, text: string): void {
    const { topic, last, retained, generation } = known;
    const isMissed = generation < this.connected && text !== last && text !== retained;
    for (const { listener, generation: own, isStarting } of this.all) {
      if (listener.deviceId !== undefined && listener.deviceId !== topic.deviceId) continue;
      const hasSeen = generation >= own;
      if (hasSeen && !isMissed) continue;
      const initial = isStarting && !hasSeen;
      listener.receive({ topic, text, initial, resumed: !initial });
    }
    if (isMissed || last === undefined) known.last = remembered(text);
    known.retained = remembered(text);
    known.generation = this.generation;
  }

  private give(message: FeedMessage, recipients: Recipient[] = []): void {
    if (this.isGroup) takeTurn(recipients)?.listener.receive(message);
    else for (const { listener } of recipients) listener.receive(message);
  }

  private get all(): Recipient[] {
    return [...this.selections.values()].flat();
  }
}

/** Listeners that share the events in one process take them in turn, as the clients of the group do. */
function takeTurn(recipients: Recipient[]): Recipient | undefined {
  const next = recipients.shift();
  if (next) recipients.push(next);
  return next;
}
