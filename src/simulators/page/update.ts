// What the simulator sends to the device page. Types only: server and page are both compiled against this file.

/** The settings that make a vendor misbehave. */
export interface Faults {
  /** Milliseconds before each response. */
  readonly latency: number;
  /** Percentage of the requests that fail with 500. */
  readonly errorRate: number;
  /** Seconds for `Retry-After`: every request fails with 429. 0: off. */
  readonly retryAfter: number;
  /** Something is otherwise than is assumed. */
  readonly otherwise: boolean;
}

export interface RequestLogEntry {
  /** Id of the vendor. */
  readonly vendor: string;
  /** `in`: received by the simulator. `out`: sent by it. */
  readonly direction: 'in' | 'out';
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly method: string;
  /** Without the query, which may hold credentials. */
  readonly path: string;
  /** HTTP status; 0 where there was no response. */
  readonly status: number;
  /** Milliseconds. */
  readonly duration: number;
  /** So many equal requests; one unless given. */
  readonly count?: number;
  /** The time of the last of them, where `time` is that of the first. */
  readonly last?: number;
}

export interface MqttClient {
  readonly id: string;
  readonly persistent: boolean;
  readonly subscriptions: readonly string[];
}

export interface VendorSection {
  readonly id: string;
  /** The name that people know. */
  readonly name: string;
  /** Where its API begins. */
  readonly address: string;
  /** Something of it can be otherwise than is assumed. */
  readonly hasOtherwise: boolean;
}

/** A value, and its place in what was sent before: the id of the vendor, then properties and indices. */
export type Change = readonly [path: readonly string[], value: unknown];

/** What has changed since the last update. */
export interface Update {
  /** All vendors, in order: the update is the whole state, which replaces what the page knows. */
  readonly sections?: readonly VendorSection[];
  /** State of each vendor, by its id: of all where there are `sections`. Later, `changes` say what has become of it. */
  readonly vendors: Readonly<Record<string, unknown>>;
  readonly changes: readonly Change[];
  readonly faults: Readonly<Record<string, Faults>>;
  readonly mqtt?: { readonly address: string; readonly clients: readonly MqttClient[] };
  /** New entries, oldest first. */
  readonly log: readonly RequestLogEntry[];
}
