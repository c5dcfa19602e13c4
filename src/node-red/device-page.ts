import type { ServerResponse } from 'node:http';
import { EnsembleError, invalidInput } from '../core/errors';
import { isRecord } from '../core/objects';
import { guards, handleErrors, jsonOnly, refuse } from './admin-guard';
import type { HttpHandler, Red, Request, Response } from './red';
import { tell } from './texts';

/** The simulated devices of this process, as far as their page needs them. */
export interface SimulatedDevices {
  /** Those that are in use, by their HTTP ports. */
  devicesInUse(): Promise<readonly { readonly port: number; readonly mqttPort: number; readonly names: readonly string[] }[]>;
  inUseAt(port: number): Promise<RunningDevices | undefined>;
  /** @param editor where the editor is, seen from the page */
  sendPageFile(path: string, editor: string, response: ServerResponse): Promise<void>;
}

interface RunningDevices {
  openFeed(response: ServerResponse): void;
  perform(vendor: string, action: string, input: Readonly<Record<string, unknown>>, response: ServerResponse): void;
}

const ROOT = '/ensemble/devices';
/** Milliseconds for which a feed stays open: a page that connects again shows anew that it may. */
const FEED_LIFE = 10 * 60 * 1000;

/**
 * The device page below Node-RED's admin address, for each simulator at the number of its port: where Node-RED runs on another machine
 * or in a container, nobody reaches that port. What the page is made of holds no secret; what it shows and does needs permissions.
 * @param load called at the first request
 */
export function serveDevicePage(RED: Red, load: () => SimulatedDevices): void {
  const [mayRead, mayDeploy] = [guards(RED, 'flows.read'), guards(RED, 'flows.write')];
  RED.httpAdmin.get(ROOT, pageFile(load, '../../'));
  RED.httpAdmin.get(
    `${ROOT}/running`,
    mayRead,
    handled(async (_request, response) => void response.json({ running: await load().devicesInUse() })),
  );
  RED.httpAdmin.get(`${ROOT}/page/:file`, pageFile(load, '../../'));
  RED.httpAdmin.get(`${ROOT}/:port`, pageFile(load, '../../../'));
  RED.httpAdmin.get(`${ROOT}/:port/page/feed`, mayRead, handled(feed(load)));
  RED.httpAdmin.get(`${ROOT}/:port/page/permission`, mayDeploy, (_request, response) => void response.sendStatus(204));
  RED.httpAdmin.get(`${ROOT}/:port/page/:file`, pageFile(load, '../../../'));
  RED.httpAdmin.post(`${ROOT}/:port/page/:vendor/:action`, mayDeploy, jsonOnly, handled(action(load)));
  handleErrors(RED);
}

type Handler = (request: Request, response: Response) => Promise<void>;

const handled =
  (handle: Handler): HttpHandler =>
  (request, response, next) =>
    void handle(request, response).catch(next);

/** The page itself at an address that ends with a slash, as its relative links need it. */
const pageFile = (load: () => SimulatedDevices, editor: string): HttpHandler =>
  handled(async ({ params: { file, port = '0' }, originalUrl }, response) => {
    if (!/^\d+$/.test(port)) return void response.sendStatus(404);
    const [path = '', query] = originalUrl.split('?', 2);
    if (file !== undefined) return load().sendPageFile(`/page/${file}`, editor, response);
    if (path.endsWith('/')) return load().sendPageFile('/', editor, response);
    // Relative, so that it leads to the same place behind a proxy that has a path of its own.
    response.setHeader('location', `${path.split('/').at(-1)}/${query === undefined ? '' : `?${query}`}`);
    response.sendStatus(302);
  });

const feed =
  (load: () => SimulatedDevices): Handler =>
  async ({ params }, response) => {
    const devices = await load().inUseAt(Number(params.port));
    if (!devices) return refuse(response, notRunning(params.port), 404);
    // Who has gone meanwhile is not told of again.
    if (response.destroyed) return;
    const timer = setTimeout(() => response.end(), FEED_LIFE).unref();
    response.once('close', () => clearTimeout(timer));
    devices.openFeed(response);
  };

const action =
  (load: () => SimulatedDevices): Handler =>
  async ({ params: { port, vendor = '', action: name = '' }, body }, response) => {
    const devices = await load().inUseAt(Number(port));
    if (!devices) return refuse(response, notRunning(port), 404);
    if (!isRecord(body)) return refuse(response, invalidInput('the request must be a JSON object', tell('unread')));
    devices.perform(vendor, name, body, response);
  };

const notRunning = (port: unknown): EnsembleError =>
  new EnsembleError('NOT_FOUND', `no simulated devices run at port ${port}`, tell('notRunning', { port: String(port) }));
