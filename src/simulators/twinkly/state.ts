export interface Named {
  readonly id: string | number;
  readonly name: string;
}

export interface TwinklyObject {
  readonly id: number;
  readonly name: string;
  readonly ledCount: number;
  /** Empty: part of no installation. */
  readonly installation: string;
  readonly online: boolean;
  readonly mode: string;
  /** 0-100. */
  readonly brightness: number;
  /** CSS colours that its LEDs show in turn; none: dark. */
  readonly colours: readonly string[];
  /** The name of what it plays; empty: nothing. */
  readonly plays: string;
}

export interface TwinklyState {
  readonly objects: readonly TwinklyObject[];
  /** Seconds for which a new token is valid. */
  readonly tokenLife: number;
  /** Number of valid tokens. */
  readonly tokens: number;
  /** Milliseconds that a command takes. */
  readonly commandTime: number;
  readonly commands: 'succeed' | 'fail';
  /** Number of commands that are being executed. */
  readonly running: number;
  /** The one account, and the one OAuth2 client. */
  readonly account: { readonly username: string; readonly password: string; readonly clientId: string; readonly clientSecret: string };
}
