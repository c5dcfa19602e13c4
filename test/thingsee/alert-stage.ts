import { deepEqual } from 'node:assert/strict';
import type { VendorEvent } from '../../src/core/follow/events';
import { IN_TURN } from '../../src/vendors/thingsee/alert-feed';
import { ThingseeClient } from '../../src/vendors/thingsee/client';
import { SECOND, start } from '../../src/vendors/thingsee/thing-alerts';
import { BareEventNode } from '../kit/bare-event-node';
import { until } from '../kit/within';
import { AlertCloud } from './alert-cloud';
import { CLIENT } from './fake-cloud';

export const A = 'TSEN03X2Z74162459';
export const B = 'TSGW02X1O73360355';
export const HEARTBEAT = 'heartbeat missed';
const { milliseconds } = SECOND;
const { most } = IN_TURN;

interface Payload {
  readonly tuid: string;
  readonly alert_type: string;
  readonly active: boolean;
  readonly from: unknown;
  readonly to: unknown;
}
export const payloadOf = ({ payload }: VendorEvent) => payload as Payload;
const marksOf = ({ initial, resumed }: VendorEvent) => (initial ? 'initial' : resumed ? 'resumed' : 'live');
export const short = (event: VendorEvent) => `${event.topic} ${payloadOf(event).active ? 'begins' : 'ends'} ${marksOf(event)}`;

/** A cloud with alerts, and thing-alerts nodes that poll it without pause. To be made in a `describe`. */
export class AlertStage {
  private started: AlertCloud | undefined;
  private client: ThingseeClient | undefined;
  private nodes: BareEventNode[] = [];

  constructor() {
    beforeEach(async () => {
      SECOND.milliseconds = 20;
      this.started = await AlertCloud.start();
      this.client = this.clientOf();
      this.nodes = [];
    });
    afterEach(async () => {
      Object.assign(SECOND, { milliseconds });
      Object.assign(IN_TURN, { most });
      for (const node of this.nodes) await node.scope.end();
      await this.client?.close();
      await this.cloud.server.close();
    });
  }

  /** That of the test. */
  get cloud(): AlertCloud {
    return this.started as AlertCloud;
  }

  readonly run = async (things?: string[], kept?: Map<string, unknown>, interval = 1) => {
    const node = new BareEventNode(kept);
    this.nodes.push(node);
    await start(node.context(this.client as ThingseeClient, { things, interval }));
    return node;
  };

  /** As a restart: the next instance gets what this one has kept. */
  readonly restart = async (node: BareEventNode, things?: string[], between = () => {}) => {
    await node.scope.end();
    between();
    return this.run(things, node.kept);
  };

  readonly lists = async (count = 2) => {
    const before = this.cloud.lists;
    await until(`${count} more lists`, () => this.cloud.lists >= before + count);
  };

  readonly events = (node: BareEventNode, count: number) =>
    until(
      `${count} events`,
      () => node.events.length,
      (length) => length >= count,
    );

  /** That nothing comes in three more polls. */
  readonly only = async (node: BareEventNode, wanted: readonly string[]) => {
    await this.events(node, wanted.length);
    await this.lists(3);
    deepEqual(node.events.map(short), wanted);
  };

  private clientOf(): ThingseeClient {
    return new ThingseeClient({
      settings: { baseUrl: this.cloud.url, mqttUrl: undefined },
      credentials: { ...CLIENT, mqttUsername: undefined, mqttPassword: undefined },
      identity: 'test',
      network: { timeout: 2000 },
    });
  }
}
