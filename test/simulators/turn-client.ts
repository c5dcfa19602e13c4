import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { Simulator } from '../../src/simulators/simulator';
import { until } from '../kit/within';
import { call } from './simulated';

const BASE = '/api/v1.0';

export interface TurnResponse {
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
}

interface TurnRequest {
  /** Empty: no header. */
  readonly sender?: string;
  readonly type?: string;
  readonly body?: unknown;
}

/** A request as a client of the Turn sends it. */
export async function sendToTurn(simulator: Simulator, method: string, path: string, question: TurnRequest = {}): Promise<TurnResponse> {
  const { sender = 'test', type = 'application/json', body } = question;
  const headers = { ...(sender && { 'Sender-Id': sender }), ...(method !== 'GET' && { 'content-type': type }) };
  const response = await call(simulator, method, BASE + path, body, headers);
  return { status: response.status, type: response.headers.get('content-type'), body: response.body };
}

export const put = (simulator: Simulator, channel: string, body: object, sender = 'test') =>
  sendToTurn(simulator, 'PUT', `/control/channels/${channel}/state`, { body, sender });

export const channelState = async (simulator: Simulator, channel: string) =>
  (await sendToTurn(simulator, 'GET', `/control/channels/${channel}/state`)).body;

/** What a person does on the device page. */
export async function act(simulator: Simulator, action: string, input: object): Promise<void> {
  const { status, body } = await call(simulator, 'POST', `/page/turn/${action}`, input);
  if (status !== 204) throw new Error(`${action} was answered with ${status}: ${body}`);
}

/** An open stream, and all that came by it. */
export class OpenStream {
  text = '';
  ended = false;

  private constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8').on('data', (chunk: string) => {
      this.text += chunk;
    });
    response.on('error', () => {});
    response.on('close', () => {
      this.ended = true;
    });
  }

  static async open(simulator: Simulator, path: string): Promise<OpenStream> {
    const request = get(simulator.address + BASE + path, { headers: { 'Sender-Id': 'listener' }, agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return new OpenStream(response);
  }

  /** Name and data of each event; comments left out. */
  get events(): [string, unknown][] {
    const frames = this.text.split('\n\n').filter((frame) => frame.startsWith('event: '));
    return frames.map((frame) => {
      const [, name = '', data = ''] = /^event: (.*)\ndata: ?(.*)$/.exec(frame) ?? [];
      return [name, data && JSON.parse(data)];
    });
  }

  /** All events, once so many are there. */
  async heard(count: number): Promise<[string, unknown][]> {
    await until(`${count} events`, () => this.events.length >= count);
    return this.events;
  }
}
