import { RESUBSCRIBE } from '../../src/core/mqtt/broker-feed';
import { RECONNECT } from '../../src/core/mqtt/reconnects';
import { STREAM } from '../../src/vendors/thingsee/thing-stream';
import { A, B, LIVE, MessageFeed, numberOf } from './message-feed';
import { StreamBroker, topicOf } from './stream-broker';

export const HALL = 'prfi00hall';
export const CELLAR = 'prfi00cellar';
export const SUBSCRIBED = { fill: 'yellow', shape: 'ring', text: 'subscribed, no event yet' };

/** A cloud and its broker: the node listens to the stream of the group `HALL`, to which `A` and `B` belong. */
export class StreamFeed extends MessageFeed {
  private listening: StreamBroker | undefined;

  constructor() {
    super();
    const times = { ...STREAM, reconnect: RECONNECT.pauses, resubscribe: RESUBSCRIBE.pauses };
    beforeEach(async () => {
      this.listening = await StreamBroker.start();
      this.cloud.groups.set(HALL, [A, B]);
      RECONNECT.pauses = { first: 50, most: 100 };
      RESUBSCRIBE.pauses = { first: 50, most: 100 };
    });
    afterEach(async () => {
      Object.assign(STREAM, { hold: times.hold, patience: times.patience });
      RECONNECT.pauses = times.reconnect;
      RESUBSCRIBE.pauses = times.resubscribe;
      await this.broker.close();
    });
  }

  /** That of the test. */
  get broker(): StreamBroker {
    return this.listening as StreamBroker;
  }

  override readonly open = async (node: object = {}, config: object = {}) => {
    const feed = { id: 'feed', type: 'thing-messages', transport: 'mqtt', groups: HALL, interval: '60', grace: '0' };
    await this.stage.open({ ...feed, ...node }, { baseUrl: this.cloud.url, mqttUrl: this.broker.url, ...config });
  };

  /** Until the stream has shown that it brings something. */
  override readonly running = async (node: object = {}, config: object = {}) => {
    await this.open(node, config);
    await this.stage.audit.status(SUBSCRIBED);
    this.send(A);
    await this.stage.audit.status(LIVE);
    await this.received(1);
  };

  /** A message that comes by the stream, and that the API has. */
  override readonly send = (tuid: string, ago = 0, more = {}) => {
    const sent = this.message(tuid, ago, { deploymentGroupId: this.groupOf(tuid), ...more });
    this.cloud.add(sent);
    this.broker.publish(sent, topicOf(this.groupOf(tuid), sent));
    return sent.number;
  };

  readonly numbers = () => this.stage.audit.outputs.map(numberOf);

  private groupOf(tuid: string): string {
    return [...this.cloud.groups].find(([, tuids]) => tuids.includes(tuid))?.[0] ?? HALL;
  }
}
