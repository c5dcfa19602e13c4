import type { ServerResponse } from 'node:http';
import type { Clock } from './clock';
import type { DevicesConnection } from './connection';
import type { DeviceRequest } from './http/request';
import type { DeviceResponse } from './http/response';
import type { WebSocketService } from './http/web-socket';
import type { Actions } from './input';
import type { RequestLogEntry } from './page/update';

/**
 * A vendor that can be simulated: an entry of the list in `vendors.ts`. It is written from the vendor's documents; where they
 * are silent or contradict each other, a comment with [G] says what we guess.
 */
export interface SimulatedVendor<State> {
  /** The name that people know. */
  readonly name: string;
  /**
   * Where its API begins on the simulator's port, without a slash at the end; empty where the device serves its paths at the
   * root, which `paths` then lists.
   */
  readonly prefix: string;
  /** What a configuration node takes to use these devices. */
  readonly connection: DevicesConnection;
  /** The beginnings of its paths, each of which includes all that is below it; the prefix unless given. */
  readonly paths?: readonly string[];
  /** Below the prefix, the beginning of paths whose rest is secret: the device page does not show it. */
  readonly secretPath?: string;
  /** Paths below the prefix to which other sites link. */
  readonly linkedPaths?: readonly string[];
  /** Whether `Cut connections` on the device page also disconnects the clients of the MQTT broker. */
  readonly usesMqtt?: true;
  /** What its API does otherwise than this package assumes, while the device page says so: to try *Check* on it. */
  readonly otherwise?: Otherwise;
  start(services: Services): RunningVendor<State>;
}

export interface Otherwise {
  /** The request as the devices then take it. */
  request?(request: DeviceRequest): DeviceRequest;
  /** The response as the API then gives it. */
  response?(response: DeviceResponse, request: DeviceRequest): DeviceResponse;
}

/** The running devices of a vendor, and their API. */
export interface RunningVendor<State> {
  /** Responds, or keeps the response open for a stream and returns nothing. @throws Refused */
  handle(request: DeviceRequest, response: ServerResponse): DeviceResponse | undefined | Promise<DeviceResponse | undefined>;
  /** What is done with a request for a WebSocket, which may be refused; without, all are. @throws Refused */
  upgrade?(request: DeviceRequest): WebSocketService | DeviceResponse;
  /** The body of an error in the vendor's own form. */
  failure(message: string): unknown;
  /** What the device page shows. */
  state(): State;
  readonly actions: Actions;
}

/** What the simulator provides to a vendor. */
export interface Services {
  /** To be called when `state` changes other than by a request or an action. */
  changed(): void;
  /** Publishes a message at the MQTT broker. */
  publish(topic: string, payload: string): void;
  /** Enters a request that the vendor itself has made. */
  log(entry: Omit<RequestLogEntry, 'vendor' | 'direction'>): void;
  readonly clock: Clock;
  /** Aborted when the simulator ends: no request and no timer may outlive it. */
  readonly signal: AbortSignal;
}
