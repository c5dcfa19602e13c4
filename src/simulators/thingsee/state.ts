export type ThingKind = 'presence' | 'environment' | 'door' | 'air' | 'distance' | 'leakage' | 'count' | 'gateway' | 'unknown';

export interface ThingseeThing {
  readonly tuid: string;
  readonly kind: ThingKind;
  readonly group: string;
  readonly status: string;
  /** Percentage; null where there is none. */
  readonly battery: number | null;
  /** Time of the last message, in Unix seconds. */
  readonly seen: number;
  /** The field of its messages whose values are shown. */
  readonly field: string;
  /** The last values, oldest first. */
  readonly values: readonly number[];
  /** Percentage that it has measured last; undefined where it measures none. */
  readonly humidity?: number;
  /** The type of the active alert; empty: none. */
  readonly alert: string;
}

export interface ThingseeState {
  readonly things: readonly ThingseeThing[];
  readonly groups: readonly { readonly id: string; readonly description: string }[];
  /** The credentials of the one client. */
  readonly client: { readonly id: string; readonly secret: string };
  /** Number of valid tokens. */
  readonly tokens: number;
  /** The status with which an invalid token is refused. */
  readonly refusal: '401' | '403';
  /** Whether some messages are delayed, or sent twice. */
  readonly late: boolean;
  readonly twice: boolean;
}
