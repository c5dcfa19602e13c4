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
  readonly min: number;
  readonly max: number;
  /** What one step of the dial changes. */
  readonly step: number;
  readonly state: Readonly<Record<string, number | string>>;
}
