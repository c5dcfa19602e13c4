import { z } from 'zod';
import type { SendOptions } from '../../core/http';
import { data, type Message, message } from './answers';
import { thingPath } from './parameters';
import type { ThingseeCloud } from './thingsee-cloud';

/** [G] The vendor names no largest limit: a modest one is least likely to be cut without a word. */
const LIMIT = 100;
/** For a second that cannot be halved. */
const MOST = 10_000;

const messages = data(z.array(message));

export interface Window {
  /** Unix seconds, both included. */
  readonly from: number;
  readonly to: number;
}

/** Reads all messages of a thing in a window of time, some perhaps twice. @throws EnsembleError */
export class MessageReader {
  constructor(
    private readonly cloud: ThingseeCloud,
    private readonly messageId: readonly string[] | undefined,
    private readonly options: SendOptions,
  ) {}

  /** A page that is full may not be all. Halving the window does not depend on the order in which the vendor sorts. */
  async read(tuid: string, { from, to }: Window): Promise<Message[]> {
    const page = await this.page(tuid, { from, to }, LIMIT);
    if (page.length < LIMIT) return page;
    if (from >= to) return this.page(tuid, { from, to }, MOST);
    const middle = Math.floor((from + to) / 2);
    return [...(await this.read(tuid, { from, to: middle })), ...(await this.read(tuid, { from: middle + 1, to }))];
  }

  /** [G] Nobody says whether `from` and `to` are included: a second more at each end makes that all the same. */
  private async page(tuid: string, { from, to }: Window, limit: number): Promise<Message[]> {
    const query = { messageid: this.messageId?.join(','), from: Math.max(0, from - 1), to: to + 1, limit };
    const page = messages(await this.cloud.send({ method: 'GET', path: thingPath(tuid, '/messages'), query }, this.options));
    // Oldest first, so that messages of the same second keep their order.
    return (page[0]?.tsmTs ?? 0) > (page.at(-1)?.tsmTs ?? 0) ? page.reverse() : page;
  }
}
