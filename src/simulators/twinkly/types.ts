/** What the device page is told of the simulated Twinkly cloud. Types only. */

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
  /** What its LEDs show in turn, as CSS colours; none: dark. */
  readonly colours: readonly string[];
  /** What it plays, where it plays something. */
  readonly plays: string;
}

export interface TwinklyState {
  readonly objects: readonly TwinklyObject[];
  /** Seconds for which a new token is good. */
  readonly tokenLife: number;
  /** Tokens that are good now. */
  readonly tokens: number;
  /** Milliseconds that a command takes. */
  readonly commandTime: number;
  readonly commands: 'succeed' | 'fail';
  /** Commands under way. */
  readonly running: number;
  /** The one account that there is, and the one client that may ask for sign-ins. */
  readonly account: { readonly username: string; readonly password: string; readonly clientId: string; readonly clientSecret: string };
}
