/** Sends an action of the vendor to the simulator. */
export type Act = (action: string, input: Readonly<Record<string, unknown>>) => void;

/** Creates a vendor's devices in the element. @returns what shows a state of them */
export type Renderer<State> = (root: HTMLElement, act: Act) => (state: State) => void;
