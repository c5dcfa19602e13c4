import { z } from 'zod';
import { json } from '../../core/answers';
import { EnsembleError } from '../../core/errors';
import type { SendOptions } from '../../core/http';
import { type Message, message, repaired } from './answers';
import { thingPath } from './parameters';
import type { ThingseeCloud } from './thingsee-cloud';

/** [G] The vendor names no largest limit: a modest one is least likely to be cut without a word. */
const LIMIT = 100;
/** For a second that cannot be halved. */
const MOST = 10_000;

const list = json(z.looseObject({ data: z.array(z.unknown()) }));

export interface Received {
  readonly message: Message;
  /** As the vendor sent it. */
  readonly raw: unknown;
}

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
    /** Told of what is left out because it is no message. */
    private readonly leftOut: (tuid: string, error: EnsembleError, raw: unknown) => void,
  ) {}

  /** A page that is full may not be all. Halving the window does not depend on the order in which the vendor sorts. */
  async read(tuid: string, { from, to }: Window): Promise<Received[]> {
    const page = await this.page(tuid, { from, to }, LIMIT);
    if (page.length < LIMIT) return this.check(tuid, page);
    if (from >= to) return this.check(tuid, await this.page(tuid, { from, to }, MOST));
    const middle = Math.floor((from + to) / 2);
    return [...(await this.read(tuid, { from, to: middle })), ...(await this.read(tuid, { from: middle + 1, to }))];
  }

  /** [G] Nobody says whether `from` and `to` are included: a second more at each end makes that all the same. */
  private async page(tuid: string, { from, to }: Window, limit: number): Promise<unknown[]> {
    const query = { messageid: this.messageId?.join(','), from: Math.max(0, from - 1), to: to + 1, limit };
    return list(await this.cloud.send({ method: 'GET', path: thingPath(tuid, '/messages'), query }, this.options)).data;
  }

  private check(tuid: string, page: readonly unknown[]): Received[] {
    const received = page.flatMap((raw) => {
      const { data, error } = message.safeParse(repaired(raw));
      if (data) return [{ message: data, raw }];
      const [issue] = error.issues;
      const why = `${issue?.path.join('.') || 'it'}: ${issue?.message}`;
      this.leftOut(tuid, new EnsembleError('BAD_RESPONSE', `a message of ${tuid} is left out, ${why}`, { target: tuid }), raw);
      return [];
    });
    // Oldest first, so that messages of the same second keep their order.
    return (received[0]?.message.tsmTs ?? 0) > (received.at(-1)?.message.tsmTs ?? 0) ? received.reverse() : received;
  }
}
