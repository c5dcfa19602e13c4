import type { Message } from '../../src/node-red/red';
import { LOOK_UP } from '../../src/vendors/thingsee/followed-groups';
import type { Caught } from '../kit/audit';
import { Stage } from '../kit/stage';
import { until } from '../kit/within';
import { MessageCloud, type Sent } from './message-cloud';
import { thingsee } from './vendor';

export const A = 'TSEN03X2Z74162459';
export const B = 'TSPR04X2Z74162947';
export const C = 'TSLK01X2Z74160777';
export const LIVE = { fill: 'green', shape: 'dot', text: 'connected' };
const { intervals } = LOOK_UP;

/** Unix seconds. */
export const now = () => Math.floor(Date.now() / 1000);
/** Until the time has another second than now. */
export const aSecond = async () => {
  const before = now();
  await until('another second', () => now() > before);
};
export const numberOf = ({ payload }: Message) => (payload as { number: number }).number;
export const eventOf = (msg: Message | undefined) => (msg?.event ?? {}) as Record<string, unknown>;
export const targetOf = ({ error }: Caught) => (error.cause as { target?: string } | undefined)?.target;

/** A cloud with messages, and a thing-messages node named `feed` that polls it. To be made in a `describe`. */
export class MessageFeed {
  readonly stage = new Stage(thingsee);
  /** How many messages there were. Each has the next number. */
  count = 0;
  private started: MessageCloud | undefined;

  constructor() {
    beforeEach(async () => {
      this.started = await MessageCloud.start();
      this.count = 0;
    });
    afterEach(async () => {
      LOOK_UP.intervals = intervals;
      await this.cloud.close();
    });
  }

  /** That of the test. */
  get cloud(): MessageCloud {
    return this.started as MessageCloud;
  }

  readonly open = async (node: object = {}, config: object = {}) => {
    const feed = { id: 'feed', type: 'thing-messages', interval: '1', grace: '0' };
    await this.stage.open({ ...feed, ...node }, { baseUrl: this.cloud.url, ...config });
  };

  readonly running = async (node: object, config: object = {}) => {
    await this.open(node, config);
    await this.stage.audit.status(LIVE);
  };

  readonly message = (tuid: string, ago = 0, more = {}): Sent => ({
    tsmId: 12100,
    tsmTs: now() - ago,
    tsmTuid: tuid,
    number: ++this.count,
    ...more,
  });

  /** A message that the thing sends now, or so many seconds ago. */
  readonly send = (tuid: string, ago = 0, more = {}) => {
    const sent = this.message(tuid, ago, more);
    this.cloud.add(sent);
    return sent.number;
  };

  readonly received = (wanted: number, limit?: number) =>
    until(
      `${wanted} messages`,
      () => this.stage.audit.outputs.length,
      (length) => length >= wanted,
      limit,
    );

  readonly round = async () => {
    const before = this.cloud.asked.length;
    await until('two more rounds', () => this.cloud.asked.length >= before + 2);
  };
}
