import type { Message } from '../../src/node-red/red';

/** Called for every message that reaches a `kit-probe`; set by who wants to know. */
export const probe = { seen: (_id: string, _msg: Message): void => {} };
