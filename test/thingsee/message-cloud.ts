import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '../kit/ports';

export interface Sent {
  readonly tsmId: number;
  readonly tsmTs: number;
  readonly tsmTuid: string;
  readonly number: number;
  readonly [field: string]: unknown;
}
interface DelayedMessage {
  readonly message: Sent;
  /** Milliseconds since 1970 from which on the API has it. */
  readonly visible: number;
}

/** A response in place of the good one: a status, or none at all. */
export type CloudFault = { readonly status: number; readonly headers?: Record<string, string> } | 'silence';

/** Whatever a test makes of the clock of its machine. */
const realNow = Date.now;

/** An API with nothing but groups and messages, which counts what it is asked and fails as told. */
export class MessageCloud {
  /** How it lists messages. */
  newestFirst = true;
  /** Whether its responses tell its time. */
  tellsTime = true;
  /** Milliseconds by which that time is ahead of the real one. */
  ahead = 0;
  readonly groups = new Map<string, string[]>();
  /** Of message requests: for which thing they were, and how they were answered. */
  readonly asked: { readonly tuid: string; readonly query: URLSearchParams; status: number }[] = [];
  lookUps = 0;
  logins = 0;
  /** Requests that are open now, and the most that there were at a time. */
  open = 0;
  most = 0;
  trouble: (tuid: string, count: number) => CloudFault | undefined = () => undefined;
  /** Groups whose things cannot be listed; `*`: the list of groups cannot be read. */
  readonly closed = new Set<string>();
  private readonly arrivals = new Map<string, DelayedMessage[]>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<MessageCloud> {
    const server = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const cloud = new MessageCloud(server);
    server.on('request', (request, response) => cloud.serve(request, response));
    return cloud;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Keeps a message that the API has from some time on. */
  add(message: Sent, visible = Date.now()): void {
    const { tsmTuid } = message;
    const known = this.arrivals.get(tsmTuid) ?? [];
    known.push({ message, visible });
    this.arrivals.set(tsmTuid, known);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    response.sendDate = this.tellsTime;
    if (this.tellsTime && this.ahead) response.setHeader('date', new Date(realNow() + this.ahead).toUTCString());
    this.most = Math.max(this.most, ++this.open);
    response.on('close', () => this.open--);
    const { pathname, searchParams } = new URL(request.url ?? '', this.url);
    const [, kind, id = ''] = /^\/(things|groups|auth)\/([^/]+)/.exec(pathname) ?? [];
    if (kind === 'auth') this.logIn(response);
    else if (pathname === '/groups') this.listGroups(response);
    else if (kind === 'groups') this.list(response, id);
    else if (pathname.endsWith('/group')) this.tellGroup(response, id);
    else this.respond(response, id, searchParams);
  }

  private logIn(response: ServerResponse): void {
    this.logins++;
    reply(response, 200, { data: { token: 'token' } });
  }

  private respond(response: ServerResponse, id: string, searchParams: URLSearchParams): void {
    const entry = { tuid: id, query: searchParams, status: 200 };
    this.asked.push(entry);
    const trouble = this.trouble(id, this.asked.length);
    if (trouble === 'silence') return;
    entry.status = trouble?.status ?? 200;
    if (trouble) reply(response, trouble.status, { message: 'trouble' }, trouble.headers);
    else reply(response, 200, { data: this.find(id, searchParams) });
  }

  private listGroups(response: ServerResponse): void {
    const data = [...this.groups.keys()].map((group_id) => ({ group_id, group_description: null }));
    if (this.closed.has('*')) reply(response, 500, { message: 'trouble' });
    else reply(response, 200, { data });
  }

  private tellGroup(response: ServerResponse, tuid: string): void {
    const [group_id] = [...this.groups].find(([, tuids]) => tuids.includes(tuid)) ?? [];
    reply(response, group_id ? 200 : 404, group_id ? { data: { group_id } } : { statusCode: 404, message: 'Not Found' });
  }

  private list(response: ServerResponse, group: string): void {
    this.lookUps++;
    const tuids = this.groups.get(group);
    if (this.closed.has(group)) reply(response, 500, { message: 'trouble' });
    else reply(response, tuids ? 200 : 404, tuids ? { data: { group_id: group, tuids } } : { statusCode: 404, message: 'Not Found' });
  }

  private find(tuid: string, query: URLSearchParams): Sent[] {
    const { from = 0, to = Infinity, limit } = Object.fromEntries([...query].map(([name, value]) => [name, Number(value)]));
    const now = Date.now();
    const kinds = query.get('messageid')?.split(',');
    const found = (this.arrivals.get(tuid) ?? [])
      .filter(({ message: { tsmId } }) => kinds?.includes(String(tsmId)) ?? true)
      .filter(({ message: { tsmTs }, visible }) => visible <= now && tsmTs >= from && tsmTs <= to)
      .map(({ message }) => message)
      .sort((a, b) => a.tsmTs - b.tsmTs);
    return (this.newestFirst ? found.reverse() : found).slice(0, limit);
  }
}

function reply(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
