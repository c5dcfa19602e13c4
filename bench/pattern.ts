import { counted, type Row, race, type Side, start } from './harness';
import { type Light, lightOf, startNodeRed } from './node-red';

/** In one round. */
const MESSAGES = 6000;
const MESSAGES_OF_CORE = 1000;
const PATTERN = Array.from({ length: 100 }, (_, cell) => cell % 16);
const INSTALLATION = 1;
const HEADERS = { accept: 'application/json', 'content-type': 'application/json' };

const body = (device: number) => ({ installation_id: INSTALLATION, device_id: device, values: PATTERN });

/** Sends from a light node in a ring with the measured one: as many as are in flight, each as soon as the one before is back. */
export function ring(light: Light, inFlight: number, payload: (device: number) => unknown) {
  return (messages: number): Promise<number> =>
    new Promise((resolve) => {
      let sent = 0;
      let back = 0;
      const send = (device: number) => {
        sent++;
        light.send({ device, payload: payload(device) });
      };
      light.take = ({ device }) => {
        if (sent < messages) send(device as number);
        if (++back === messages) resolve(messages);
      };
      while (sent < inFlight) send(sent + 1);
    });
}

/** A Sonata node in a ring with a light node, and what else of the panel it needs. */
export async function patternFlow(baseUrl: string, settings: Record<string, unknown> = {}) {
  return startNodeRed([
    { id: 'gateway', type: 'sonata-gateway', baseUrl, installationId: INSTALLATION, patternKey: 'values' },
    { id: 'light', type: 'light', wires: [['measured']] },
    {
      id: 'measured',
      type: 'sonata-pattern',
      connection: 'gateway',
      operation: 'set-pattern',
      parameters: { deviceId: { type: 'msg', value: 'device' }, pattern: { type: 'msg', value: 'payload' } },
      ...settings,
      wires: [['light']],
    },
  ]);
}

export const startServer = async (delay = 0) => {
  const { process, told } = await start('peers/http-server', String(delay));
  return { process, url: String(told) };
};

const ensemble =
  (inFlight: number): Side =>
  async () => {
    const { url } = await startServer();
    const turn = ring(lightOf(await patternFlow(url), 'light'), inFlight, () => PATTERN);
    return counted(() => turn(MESSAGES));
  };

const core =
  (inFlight: number): Side =>
  async () => {
    const { url } = await startServer();
    const nodeRed = await startNodeRed([
      { id: 'light', type: 'light', wires: [['measured']] },
      {
        id: 'measured',
        type: 'http request',
        method: 'POST',
        ret: 'obj',
        persist: true,
        url: `${url}/pattern`,
        headers: [],
        wires: [['light']],
      },
    ]);
    const turn = ring(lightOf(nodeRed, 'light'), inFlight, body);
    return counted(() => turn(MESSAGES_OF_CORE));
  };

async function poster() {
  const { Pool } = await import('undici');
  const pool = new Pool((await startServer()).url);
  return async (device: number) => {
    const response = await pool.request({ method: 'POST', path: '/pattern', headers: HEADERS, body: JSON.stringify(body(device)) });
    return response.body.json();
  };
}

const raw =
  (inFlight: number): Side =>
  async () => {
    const post = await poster();
    return counted(async () => {
      let sent = 0;
      const postAll = async (device: number) => {
        while (sent++ < MESSAGES) await post(device);
      };
      await Promise.all(Array.from({ length: inFlight }, (_, device) => postAll(device + 1)));
      return MESSAGES;
    });
  };

/** What raw becomes behind a wire: each message waits for its turn of the event loop before and after it. */
const plainNode =
  (inFlight: number): Side =>
  async () => {
    const post = await poster();
    const nodeRed = await startNodeRed([
      { id: 'light', type: 'light', wires: [['measured']] },
      { id: 'measured', type: 'light', wires: [['light']] },
    ]);
    const measured = lightOf(nodeRed, 'measured');
    measured.take = (msg) => void post(msg.device as number).then((payload) => measured.send({ ...msg, payload }));
    const turn = ring(lightOf(nodeRed, 'light'), inFlight, () => PATTERN);
    return counted(() => turn(MESSAGES));
  };

const pattern = (inFlight: number, name: string, title: string, wanted: { raw: number; node: number; core: number }): Row =>
  race({
    name,
    title,
    sides: {
      'sonata-pattern': ensemble(inFlight),
      'undici Pool.request': raw(inFlight),
      'a node with Pool.request': plainNode(inFlight),
      'core http request': core(inFlight),
    },
    wanted: { 'undici Pool.request': wanted.raw, 'a node with Pool.request': wanted.node, 'core http request': wanted.core },
  });

export const patterns: readonly Row[] = [
  pattern(16, 'pattern-wide', 'sonata-pattern set-pattern, 16 in flight over 16 devices', { raw: 0.8, node: 0.85, core: 7 }),
  pattern(1, 'pattern-single', 'sonata-pattern set-pattern, one in flight', { raw: 0.8, node: 0.85, core: 5 }),
];
