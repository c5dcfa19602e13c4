import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Message } from '../../src/node-red/red';
import type { TwinklyState } from '../../src/simulators/twinkly/state';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { until } from '../kit/within';
import { exampleFilesOf, load as loadOf, pollingOften } from '../simulators/example-flows';
import { freePorts } from '../simulators/ports';
import { press as pressOf, read } from '../simulators/simulated';

const files = exampleFilesOf('Twinkly');
const load = (file: string) => loadOf('Twinkly', file);

describe('the Twinkly examples', () => {
  it('are four', () => deepEqual(files, ['Alert and restore.json', 'Slider.json', 'Status for a dashboard.json', 'Sunset.json']));

  it('hold no secret but the one that the device page shows', () => {
    for (const { credentials } of files.flatMap(load))
      if (credentials) deepEqual(credentials, { username: 'demo@example.com', password: 'twinkle' });
  });

  describe('running as imported', () => {
    let red: NodeRed;
    let address: string;
    const fed: Message[] = [];
    /** Messages that commands are done with. */
    let ended = 0;
    /** The example, but for the ports and the poll interval, and with its debug nodes listened to. Its button has been pressed, where one is given. */
    const run = async (name: string, button?: string) => {
      const { port, mqttPort } = await freePorts();
      address = `http://127.0.0.1:${port}`;
      red = await startNodeRed();
      const text = JSON.stringify(pollingOften(load(name)))
        .replaceAll('18800', String(port))
        .replaceAll('18830', String(mqttPort));
      const flow = JSON.parse(text) as FlowNode[];
      fed.length = 0;
      ended = 0;
      for (const hook of ['onSend.kit', 'onComplete.kit']) red.hooks.remove(hook);
      const debugs = new Set(flow.filter(({ type }) => type === 'debug').map(({ id }) => id));
      red.hooks.add('onReceive.kit', ({ msg, destination }) => {
        if (debugs.has(destination.id)) fed.push(structuredClone(msg));
      });
      const commands = new Set(flow.filter(({ type }) => type === 'twinkly-command').map(({ id }) => id));
      red.hooks.add('onComplete.kit', ({ node }) => {
        if (commands.has(node.id)) ended++;
      });
      await red.deploy(flow);
      await until('the account', state);
      if (button) red.inject(flow.find((node) => node.name === button)?.id ?? '', {});
    };
    const state = async (): Promise<TwinklyState | undefined> => (await read(address).catch(() => undefined))?.vendors.twinkly;
    const shown = async (id: number) => (await state())?.objects.find((object) => object.id === id);
    const press = (action: string, input: object) => pressOf({ address }, 'twinkly', action, input);
    afterEach(async () => {
      for (const hook of ['onReceive.kit', 'onComplete.kit']) red.hooks.remove(hook);
      deepEqual(
        red.logs.filter(({ level, id }) => id && (level === 'error' || level === 'warn')).map(({ text }) => text),
        [],
      );
      await red.stop();
    });

    it('Sunset goes from red to warm white on the whole front of the house', async () => {
      await run('Sunset.json', 'At 18:00');
      const green: number[] = [];
      await until('three steps of all objects', async () => {
        const colours = new Set((await Promise.all([48211, 48212, 48213].map(shown))).map((one) => one?.colours[0]));
        const [, red, now] = /^rgb\((\d+) (\d+) \d+\)$/.exec(colours.size === 1 ? String([...colours]) : '') ?? [];
        if (red === '255' && Number(now) >= 60 && Number(now) !== green.at(-1)) green.push(Number(now));
        return green.length >= 3;
      });
      ok((green[2] ?? 0) < 100, `far too fast: ${green}`);
      deepEqual(
        green,
        green.toSorted((a, b) => a - b),
      );
    });

    it('Slider shows the last of 301 values, and sends far fewer', async () => {
      await run('Slider.json', 'Drag');
      await until(
        'the end of all 301',
        () => ended,
        (count) => count === 301,
        90_000,
      );
      equal((await shown(48221))?.brightness, 65);
      ok(fed.length > 5 && fed.length < 200, `${fed.length} sent`);
    });

    const alarm = load('Alert and restore.json').find(({ type }) => type === 'inject');
    const ring = () => red.inject(String(alarm?.id), {});

    it('Alert and restore blinks, and leaves everything as it was', async () => {
      await run('Alert and restore.json');
      await press('turn', { id: 48212, on: false });
      const before = await Promise.all([48211, 48212, 48213].map(shown));
      equal(before[1]?.mode, 'off');
      ring();
      await until('red', async () => (await shown(48213))?.colours[0] === 'rgb(255 0 0)');
      await until('dark', async () => (await shown(48213))?.mode === 'off');
      await until(
        'all is as it was',
        async () => JSON.stringify(await Promise.all([48211, 48212, 48213].map(shown))) === JSON.stringify(before),
      );
    });

    it('Alert and restore leaves everything as it was although commands take long, and another alarm comes meanwhile', async () => {
      await run('Alert and restore.json');
      await press('cloud', { tokenLife: 86_400, commandTime: 700, commands: 'succeed' });
      const before = await Promise.all([48211, 48212, 48213].map(shown));
      const blinks = async () => (await read(address)).log.filter(({ path }) => path.includes('/installations/')).length;
      ring();
      await until('red', async () => (await shown(48213))?.colours[0] === 'rgb(255 0 0)');
      ring();
      await until('the blinking has begun again', async () => (await blinks()) > 8);
      await until(
        'all is as it was',
        async () => JSON.stringify(await Promise.all([48211, 48212, 48213].map(shown))) === JSON.stringify(before),
      );
    });

    it('Status for a dashboard tells what a dashboard wants', async () => {
      await run('Status for a dashboard.json');
      await until('all six', () => fed.length === 6);
      const objects = (await state())?.objects ?? [];
      deepEqual(
        fed.map(({ topic, payload }) => [topic, (payload as { name: string }).name]),
        objects.map(({ id, name }) => [String(id), name]),
      );
      await press('turn', { id: 48230, on: false });
      const { payload } = await until('the change', () => fed[6] as Message);
      deepEqual(payload, { name: 'Desk', online: true, on: false, mode: 'off', brightness: 80, color: '#feb45a', changed: ['mode'] });
    });
  });
});
