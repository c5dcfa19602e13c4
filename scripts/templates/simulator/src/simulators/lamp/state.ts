/** What the device page shows. */
export interface LampState {
  readonly devices: readonly LampDevice[];
}

export interface LampDevice {
  readonly id: string;
  readonly name: string;
  readonly state: { readonly level: number };
}
