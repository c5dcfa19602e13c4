import type { EnsembleError } from '../../src/core/errors';
import { ThingsquareClient } from '../../src/vendors/thingsquare/client';
import { PUSH } from '../../src/vendors/thingsquare/push-feed';
import { start } from '../../src/vendors/thingsquare/thingsquare-events';
import { BareEventNode } from '../kit/bare-event-node';
import { FaultServer } from '../kit/fault-server';
import { PushBackend } from './push-backend';

type EventSettings = Parameters<typeof start>[0]['settings'];
type Network = ConstructorParameters<typeof ThingsquareClient>[0]['network'];

const USUAL = { ...PUSH };
/** Milliseconds. */
export const HASTY = {
  ...USUAL,
  timing: { ...USUAL.timing, reconnect: { first: 4, most: 20 }, settle: 20, again: { first: 4, most: 20 } },
  recheck: 20,
};

/** A backend that pushes, and nodes that follow it without Node-RED. To be made in a `describe`. */
export class PushStage {
  server = undefined as unknown as FaultServer;
  backend = undefined as unknown as PushBackend;
  private readonly clients: ThingsquareClient[] = [];
  private readonly nodes: BareEventNode[] = [];

  constructor() {
    beforeEach(async () => {
      Object.assign(PUSH, HASTY);
      this.server = await FaultServer.start();
      this.backend = new PushBackend(this.server);
      this.backend.a.one = { s: { x: { value: '0', time: 0 } } };
    });
    afterEach(async () => {
      await Promise.all(this.nodes.splice(0).map(({ scope }) => scope.end()));
      await Promise.all(this.clients.splice(0).map((client) => client.close()));
      await this.server.close();
      Object.assign(PUSH, USUAL);
    });
  }

  /** A connection of an account. */
  client(account = 'a', network: Partial<Network> = {}, baseUrl = this.server.url): ThingsquareClient {
    const client = new ThingsquareClient({
      settings: { baseUrl, authentication: 'login', announce: false, announceTo: '255.255.255.255' },
      credentials: { login: `${account}@example.com`, password: 'secret-password', token: undefined },
      network: { timeout: 20_000, ...network },
      identity: 'x'.repeat(20),
    });
    this.clients.push(client);
    return client;
  }

  /** A node that follows it. @param kept what it remembers */
  async follow(
    client: ThingsquareClient,
    settings: Partial<EventSettings> = {},
    kept = new Map<string, unknown>(),
  ): Promise<BareEventNode> {
    const node = new BareEventNode(kept);
    this.nodes.push(node);
    const all: EventSettings = { device: undefined, kind: undefined, variable: undefined, transport: 'push', interval: 30, ...settings };
    await start(node.context(client, all));
    return node;
  }
}

/** `live one/s/x 1`, and so on. */
export const short = ({ events }: BareEventNode): string[] =>
  events.map(({ topic, payload, initial, resumed, type }) => {
    const mark = initial ? 'initial' : resumed ? 'resumed' : 'live';
    return `${mark} ${type === 'variable' ? '' : `${type} `}${topic} ${payload}`;
  });

export const kinds = ({ states }: BareEventNode): string[] => states.map(({ is }) => is);
export const codes = (errors: readonly EnsembleError[]): string[] => errors.map(({ code }) => code);
