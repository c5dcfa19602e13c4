import type { Done } from './connection';
import type { PagePart } from './dom';

/** Sends an action of the vendor to the simulator. */
export type Act = (action: string, input: Readonly<Record<string, unknown>>, done?: Done) => void;

/** What a vendor brings to the device page: the `page` of its `page/index.ts`. */
export interface VendorPage<State> {
  /** What its configuration node takes. */
  connection?(state: State, addresses: Addresses): readonly Setting[];
  /** All its devices. */
  devices(act: Act): PagePart<State>;
  /** What a person can set of it, beside the faults that every vendor has. */
  settings?(act: Act): PagePart<State>;
  /** The one of its devices that stands on the stage. */
  readonly stage?: StageDevice<State>;
}

/** Where a Node-RED on the simulator's machine reaches it. */
export interface Addresses {
  /** Where the API of the vendor begins. */
  readonly api: string;
  readonly mqtt: string;
}

/** A setting of a configuration node, by the label of its panel. */
export interface Setting {
  readonly label: string;
  readonly value: string;
}

export interface StageDevice<State> {
  /** `leads`: a person operates it and others follow; `reports`: it measures, and tells the flow. */
  readonly role: 'leads' | 'follows' | 'reports';
  /** It is much wider than high. */
  readonly isWide?: true;
  create(act: Act): StagePart<State>;
}

export interface StagePart<State> {
  readonly element: HTMLElement | SVGElement;
  /** @returns nothing where the device is not there */
  show(state: State): OnStage | undefined;
}

export interface OnStage {
  readonly name: string;
  /** Its state in words. */
  readonly said: string;
  /** Of what leads: the value that others follow, and whether a flow listens to it. */
  readonly leads?: { readonly value: string; readonly isHeard: boolean };
}
