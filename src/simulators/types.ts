/** What the device page is told. Types only: server and page are both compiled against this file. */

import type { TwinklyState } from './twinkly/types';

export type { TwinklyObject, TwinklyState } from './twinkly/types';

/** The switches that make a vendor misbehave. */
export interface Faults {
  /** Milliseconds before each answer. */
  readonly latency: number;
  /** Percent of the requests that are answered with 500. */
  readonly errorRate: number;
  /** Seconds to name in `Retry-After`: every request is answered with 429. 0: off. */
  readonly retryAfter: number;
}

export interface LogEntry {
  readonly vendor: VendorId;
  /** `in`: asked of the simulator. `out`: sent by it. */
  readonly direction: 'in' | 'out';
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly method: string;
  /** Without the query, which may hold credentials. */
  readonly path: string;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** Milliseconds. */
  readonly duration: number;
}

export interface MqttClient {
  readonly id: string;
  readonly persistent: boolean;
  readonly subscriptions: readonly string[];
}

export type WebhookBody = 'string' | 'object' | 'text';
export type TypeKey = 'type' | 'message_type';

export interface SonataState {
  /** 100 levels each, row by row; the four corners are not there. */
  readonly matrices: readonly { readonly installation: number; readonly device: number; readonly levels: readonly number[] }[];
  /** Where events are posted, without the path, which is the subscriber's secret; empty: nobody subscribed. */
  readonly subscriber: string;
  readonly webhookBody: WebhookBody;
  readonly typeKey: TypeKey;
}

export type ThingKind = 'presence' | 'environment' | 'door' | 'air' | 'distance' | 'leakage' | 'count' | 'gateway' | 'unknown';

export interface ThingseeThing {
  readonly tuid: string;
  readonly kind: ThingKind;
  readonly group: string;
  readonly status: string;
  /** Percent; null where there is none. */
  readonly battery: number | null;
  /** Of the last message, unix seconds. */
  readonly seen: number;
  /** What its values are of: a field of its messages. */
  readonly field: string;
  /** The last values, oldest first. */
  readonly values: readonly number[];
  /** The kind of the alert that lasts; empty: none. */
  readonly alert: string;
}

export interface ThingseeState {
  readonly things: readonly ThingseeThing[];
  readonly groups: readonly { readonly id: string; readonly description: string }[];
  /** What a client logs in with. */
  readonly client: { readonly id: string; readonly secret: string };
  /** How many tokens are valid. */
  readonly tokens: number;
  /** How a token that is not valid is refused. */
  readonly refusal: '401' | '403';
  /** Whether some messages come late, or twice. */
  readonly late: boolean;
  readonly twice: boolean;
}

/** How soon a device hears what the backend has for it. */
export type Reach = 'awake' | 'sleepy' | 'away';

export interface ThingsquareDevice {
  /** Under which it is registered for remote access; empty: it is not. */
  readonly id: string;
  /** With which it can be claimed. */
  readonly auth: string;
  readonly name: string;
  readonly platform: string;
  readonly reach: Reach;
  readonly connected: boolean;
  /** Milliseconds since 1970. */
  readonly lastContact: number;
  /** Every variable; `pending`: the device has not acknowledged it. */
  readonly variables: readonly { readonly kind: string; readonly name: string; readonly value: string; readonly pending: boolean }[];
  /** The last command. */
  readonly command?: { readonly text: string; readonly state: 'waiting' | 'done' | 'expired' };
  /** Makes itself seen, because a command asked for it. */
  readonly blinking: boolean;
  /** Percent of a firmware update under way. */
  readonly update?: number;
}

export interface ThingsquareState {
  readonly devices: readonly ThingsquareDevice[];
  /** Who has a session; an anonymous one is empty. */
  readonly sessions: readonly string[];
  /** What users would have got, oldest first: the last few. */
  readonly mails: readonly ThingsquareMail[];
}

export interface ThingsquareMail {
  readonly to: string;
  readonly about: 'confirmation' | 'recovery';
  /** With which a new password can be set; empty: none. */
  readonly token: string;
}

export interface TurnState {
  /** The pages of the configuration. */
  readonly pages: readonly TurnPage[];
  /** The pages that there can be. */
  readonly possiblePages: readonly { readonly id: string; readonly name: string }[];
  /** Degrees Celsius. */
  readonly internalTemperature: number;
  readonly ready: boolean;
  readonly transportControls: { readonly previousEnabled: boolean; readonly nextEnabled: boolean };
  /** Seconds between two heartbeats; 0: none. */
  readonly heartbeat: number;
  /** How many event streams are open. */
  readonly streams: number;
}

export interface TurnPage {
  readonly id: string;
  readonly name: string;
  readonly pageType: string;
  /** Empty: the dial does nothing here. */
  readonly dialChannel: string;
  readonly channels: readonly TurnChannel[];
  readonly sources: readonly { readonly name: string; readonly transport: boolean; readonly controlType: string }[];
}

export interface TurnChannel {
  readonly id: string;
  readonly max: number;
  readonly state: Readonly<Record<string, number | string>>;
}

/** Every simulated vendor, by the word that names it everywhere. */
export interface VendorStates {
  readonly sonata: SonataState;
  readonly thingsee: ThingseeState;
  readonly thingsquare: ThingsquareState;
  readonly turn: TurnState;
  readonly twinkly: TwinklyState;
}
export type VendorId = keyof VendorStates;

/** One message of the live feed: what changed since the last one. */
export interface Update {
  /** This is the whole state, not a change: forget what you know. */
  readonly complete?: true;
  readonly vendors: Partial<VendorStates>;
  readonly faults: Partial<Record<VendorId, Faults>>;
  readonly mqtt?: { readonly address: string; readonly clients: readonly MqttClient[] };
  /** New entries, oldest first. */
  readonly log: readonly LogEntry[];
}
