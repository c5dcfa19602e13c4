/** How soon a device gets what the backend has for it. */
export type Reach = 'awake' | 'sleepy' | 'away';

export interface ThingsquareDevice {
  /** Its id for remote access; empty: not registered. */
  readonly id: string;
  /** The code with which it can be claimed. */
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
  /** Identifies itself, as a command has requested. */
  readonly blinking: boolean;
  /** Percent of a firmware update under way. */
  readonly update?: number;
}

export interface ThingsquareState {
  readonly devices: readonly ThingsquareDevice[];
  /** The login of each session; empty: anonymous. */
  readonly sessions: readonly string[];
  /** The last few e-mails to users, oldest first. */
  readonly mails: readonly ThingsquareMail[];
}

export interface ThingsquareMail {
  readonly to: string;
  readonly about: 'confirmation' | 'recovery';
  /** The token that sets a new password; empty: none. */
  readonly token: string;
}
