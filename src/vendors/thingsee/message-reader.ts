import { z } from 'zod';
import { EnsembleError, NOT_IN_PANELS } from '../../core/errors';
import type { RequestFields } from '../../core/http/request';
import { json } from '../../core/http/response';
import type { Scope } from '../../core/scope';
import type { ThingseeClient } from './client';
import { thingPath } from './parameters';
import { message, repaired, type ThingMessage } from './responses';

/** [G] No largest limit is documented: a modest one is least likely to be cut silently. */
const PAGE_LIMIT = 100;
/** The limit for a single second, which cannot be halved. */
const MAX_PER_SECOND = 10_000;
/** [G] Haltian’s apps ask with a limit of 1 for the newest. */
const NEWEST_FIRST = true;

const list = json(z.looseObject({ data: z.array(z.unknown()) }));

export interface ReceivedMessage {
  readonly message: ThingMessage;
  /** As the vendor sent it. */
  readonly raw: unknown;
  /** Of what the stream has brought: whether it came as it happened. */
  readonly isLive?: boolean;
}

export interface Window {
  /** Unix seconds, both included. */
  readonly from: number;
  readonly to: number;
}

/** Reads all messages of a thing in a window of time, some perhaps twice. @throws EnsembleError */
export class MessageReader {
  /** Whether the vendor lists the newest first; undefined until a page has shown it. */
  private newestFirst: boolean | undefined;

  constructor(
    private readonly client: ThingseeClient,
    private readonly messageId: readonly string[] | undefined,
    private readonly scope: Scope,
    /** Called with what is left out because it is no message. */
    private readonly onLeftOut: (tuid: string, error: EnsembleError, raw: unknown) => void,
  ) {}

  /** A page that is full may not be all. Halving the window does not depend on the order in which the vendor sorts. */
  async read(tuid: string, { from, to: end }: Window): Promise<ReceivedMessage[]> {
    // The clock by which a cursor was made may have been ahead.
    const to = Math.max(from, end);
    const page = await this.page(tuid, { from, to }, PAGE_LIMIT);
    if (page.length < PAGE_LIMIT) return this.oldestFirst(tuid, page);
    if (from >= to) return this.oldestFirst(tuid, await this.page(tuid, { from, to }, MAX_PER_SECOND));
    const middle = Math.floor((from + to) / 2);
    return [...(await this.read(tuid, { from, to: middle })), ...(await this.read(tuid, { from: middle + 1, to }))];
  }

  /** [G] Whether `from` and `to` are included is not documented: a second more at each end makes that irrelevant. */
  private page(tuid: string, { from, to }: Window, limit: number): Promise<unknown[]> {
    return this.list(tuid, { from: Math.max(0, from - 1), to: to + 1, limit });
  }

  private async list(tuid: string, selected: RequestFields): Promise<unknown[]> {
    const query = { messageid: this.messageId?.join(','), ...selected };
    return list(await this.client.read(thingPath(tuid, '/messages'), { scope: this.scope, query })).data;
  }

  /** Messages of the same second keep the order in which they were sent, whichever way the vendor lists them. */
  private async oldestFirst(tuid: string, page: readonly unknown[]): Promise<ReceivedMessage[]> {
    const received = this.check(tuid, page);
    if (received.length < 2) return received;
    this.newestFirst = directionOf(received) ?? this.newestFirst;
    // They are all of one second: other messages of the thing show the direction.
    this.newestFirst ??= directionOf(this.check(tuid, await this.list(tuid, { limit: PAGE_LIMIT })));
    return (this.newestFirst ?? NEWEST_FIRST) ? received.reverse() : received;
  }

  private check(tuid: string, page: readonly unknown[]): ReceivedMessage[] {
    return page.flatMap((raw) => {
      const message = readMessage(tuid, raw);
      if (!(message instanceof EnsembleError)) return [{ message, raw }];
      this.onLeftOut(tuid, message, raw);
      return [];
    });
  }
}

/** A message, or why it is none. */
export function readMessage(tuid: string, raw: unknown): ThingMessage | EnsembleError {
  const { data, error } = message.safeParse(repaired(raw));
  if (data) return data;
  const [issue] = error.issues;
  const why = `${issue?.path.join('.') || 'it'}: ${issue?.message}`;
  return new EnsembleError('BAD_RESPONSE', `a message of ${tuid} is left out, ${why}`, NOT_IN_PANELS, { target: tuid });
}

/** Whether the newest stands first; undefined where all are of one second. */
function directionOf(received: readonly ReceivedMessage[]): boolean | undefined {
  const [first = 0, last = 0] = [received[0]?.message.tsmTs, received.at(-1)?.message.tsmTs];
  return first === last ? undefined : first > last;
}
