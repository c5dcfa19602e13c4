import type { Connection } from '../core/connection';

/**
 * The client class of each type of config node. The file of a config node adds its line, and the compiler then refuses a node that
 * names a config node which does not exist, or operations that are written for the client of another one.
 */
export interface Clients extends Record<never, Connection> {}

export type ConfigNodeType = keyof Clients;
