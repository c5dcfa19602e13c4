import type { VendorEvent } from '../follow/events';
import type { HttpRequest } from '../http/request';
import { parseJson } from '../json';
import { pathForm } from './path-form';
import { type IsWord, isField, type Shape, shapeOf } from './shape';

/** Exchanges, and events, that are kept: the last ones. */
const MAX_ENTRIES = 100;
/** Bytes of the responses that are kept for their shape, of one and of all together. */
const BYTES = { one: 1_000_000, all: 4_000_000 };

/** What is the vendor's own in its requests and responses, so that a report may show it. */
export interface Vocabulary {
  /** Parts of paths that are the same for everybody. */
  readonly pathWords: ReadonlySet<string>;
  /** Keys of requests, queries included: in the others, people may have put something of their own. */
  readonly requestWords: ReadonlySet<string>;
  /** Of the keys of responses and events. */
  readonly isWord: IsWord;
  /** The types of events; undefined: the package's own words. */
  readonly eventTypes?: ReadonlySet<string>;
}

/** Words of a vocabulary, written with spaces between them. */
export const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(Boolean));

/** Nothing is known of a vendor: nothing is shown. */
const NO_WORDS: Vocabulary = { pathWords: new Set(), requestWords: new Set(), isWord: () => false };

/** One request with what became of it. `at` is when it began, in ISO 8601. Without `status` there was no response. */
export interface ExchangeReport {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly status?: number;
  readonly ms: number;
  /** Of an error. */
  readonly code?: string;
  readonly request?: Shape;
  readonly response?: Shape;
}

export interface EventReport extends Pick<VendorEvent, 'source' | 'type'> {
  readonly at: string;
  readonly initial?: true;
  readonly resumed?: true;
  readonly payload: Shape;
  readonly raw: Shape;
}

export interface RecorderReport {
  readonly exchanges: readonly ExchangeReport[];
  readonly events: readonly EventReport[];
}

interface Exchange {
  readonly request: HttpRequest;
  /** `performance.now()`. */
  readonly began: number;
  readonly ended: number;
  readonly status: number | undefined;
  readonly code: string | undefined;
  /** Undefined where there is none, or it is too large to be kept. */
  body: Buffer | undefined;
}

/** The last ones of what came, in a ring: adding costs next to nothing. */
class Last<T> {
  private readonly items: T[] = [];
  private next = 0;

  /** @returns the one that had to go */
  add(item: T): T | undefined {
    const old = this.items[this.next];
    this.items[this.next] = item;
    this.next = (this.next + 1) % MAX_ENTRIES;
    return old;
  }

  /** From the oldest to the newest. */
  all(): T[] {
    return [...this.items.slice(this.next), ...this.items.slice(0, this.next)];
  }
}

/**
 * What a connection has done of late, for a report that somebody sends to people whom they do not know. What is kept is turned
 * into shapes only when a report is made.
 */
export class Recorder {
  private readonly exchanges = new Last<Exchange>();
  private readonly events = new Last<{ readonly event: VendorEvent; readonly at: number }>();
  private bytes = 0;

  constructor(private readonly vocabulary: Vocabulary = NO_WORDS) {}

  /** @param began `performance.now()` */
  exchange(request: HttpRequest, began: number, status: number | undefined, code?: string, body?: Buffer): void {
    const kept = body !== undefined && body.length <= BYTES.one ? body : undefined;
    const old = this.exchanges.add({ request, began, ended: performance.now(), status, code, body: kept });
    this.bytes += (kept?.length ?? 0) - (old?.body?.length ?? 0);
    if (this.bytes > BYTES.all) this.forgetBodies();
  }

  event(event: VendorEvent): void {
    this.events.add({ event, at: performance.now() });
  }

  report(): RecorderReport {
    return {
      exchanges: this.exchanges.all().map((exchange) => this.exchangeReport(exchange)),
      events: this.events.all().map(({ event, at }) => this.eventReport(event, at)),
    };
  }

  /** The oldest first, until half of the bytes are left. */
  private forgetBodies(): void {
    for (const exchange of this.exchanges.all()) {
      if (this.bytes <= BYTES.all / 2) return;
      this.bytes -= exchange.body?.length ?? 0;
      exchange.body = undefined;
    }
  }

  private exchangeReport({ request, began, ended, status, code, body }: Exchange): ExchangeReport {
    const { requestWords } = this.vocabulary;
    const sent = request.json ?? request.form;
    return {
      at: timeOf(began),
      method: request.method,
      path: pathForm(request, this.vocabulary),
      ...(status !== undefined && { status }),
      ms: Math.round(ended - began),
      ...(code !== undefined && { code }),
      ...(sent !== undefined && { request: shapeOf(sent, (key) => requestWords.has(key)) }),
      ...(body !== undefined && { response: this.shapeOfBody(body) }),
    };
  }

  private eventReport({ source, type, initial, resumed, payload, raw }: VendorEvent, at: number): EventReport {
    const { isWord, eventTypes } = this.vocabulary;
    return {
      at: timeOf(at),
      source,
      type: (eventTypes?.has(type) ?? isField(type, [])) ? type : 'another',
      ...(initial && { initial }),
      ...(resumed && { resumed }),
      payload: shapeOf(payload, isWord),
      raw: shapeOf(raw, isWord),
    };
  }

  private shapeOfBody(body: Buffer): Shape {
    if (body.length === 0) return 'nothing';
    const text = body.toString('utf8');
    const value = parseJson(text);
    if (value !== undefined) return shapeOf(value, this.vocabulary.isWord);
    if (/^\s*<(!doctype|html)/i.test(text)) return 'HTML';
    return text.includes('\ufffd') ? 'bytes' : 'text';
  }
}

const timeOf = (moment: number): string => new Date(Date.now() - (performance.now() - moment)).toISOString();
