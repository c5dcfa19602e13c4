export const KINDS = ['d', 's', 'meta'] as const;
export type VariableKind = (typeof KINDS)[number];

/** Bytes as the backend, which is written for Node.js, puts them into JSON. */
export interface Bytes {
  readonly type: 'Buffer';
  readonly data: readonly number[];
}

/** A variable as the API shows it. All times in milliseconds. */
export interface Variable {
  value: string | Bytes;
  time: number;
  /** When the device acknowledged the value (`d` only). */
  acked?: number;
  /** When a synchronization was requested, and when it was acknowledged. */
  synced?: number;
  syncacked?: number;
}

export type Variables = Record<VariableKind, Record<string, Variable>>;

/** A variable may have any name, even one that JavaScript's objects inherit. */
export const none = (): Variables => ({ d: Object.create(null), s: Object.create(null), meta: Object.create(null) }) as Variables;

export const valueText = (value: string | Bytes | undefined): string =>
  typeof value === 'object' ? `0x${Buffer.from(value.data).toString('hex')}` : (value ?? '');

/** Whether the device has not yet acknowledged the value, or a synchronization. */
export const isPending = ({ time, acked = 0, synced = 0, syncacked = 0 }: Variable): boolean => acked < time || syncacked < synced;
