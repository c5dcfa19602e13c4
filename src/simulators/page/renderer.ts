/** Asks the simulator for one of the vendor's actions. */
export type Act = (action: string, input: Readonly<Record<string, unknown>>) => void;

/** Builds a vendor's devices into the element; what it returns shows a state. */
export type Renderer<State> = (root: HTMLElement, act: Act) => (state: State) => void;
