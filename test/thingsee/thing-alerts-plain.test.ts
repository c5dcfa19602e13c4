import '../kit/once';
import { deepEqual } from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { logNode, PlainNodeRed } from '../kit/plain';
import { until } from '../kit/within';
import { freePorts } from '../simulators/ports';
import { press } from '../simulators/simulated';

const [ENDS, BEGINS, STAYS] = ['TSAR03X2Z74162473', 'TSGW02X1O73360355', 'TSTF02X2Z74160231'] as const;
const WATCHED: readonly string[] = [ENDS, BEGINS, STAYS];
/** What is remembered is in the file at once. */
const settings = { contextStorage: { default: { module: 'localfilesystem', config: { cache: false } } } };

describe('thing-alerts, on a plain Node-RED that keeps its context in files', function () {
  this.timeout(120_000);
  let simulator: Simulator;
  let red: PlainNodeRed;

  beforeEach(async () => {
    simulator = await Simulator.start(await freePorts());
    red = await PlainNodeRed.start({ settings });
  });
  afterEach(async () => {
    await red.remove();
    await simulator.close();
  });

  const alert = (tuid: string) => press(simulator, 'thingsee', 'alert', { tuid });
  /** Of the things that this test lets alert; another begins by itself once a minute. */
  const told = () =>
    red
      .logged('told')
      .filter(({ topic }) => WATCHED.includes(String(topic)))
      .map(({ topic, payload, event }) => {
        const { initial, resumed } = event as { initial: boolean; resumed: boolean };
        return `${topic} ${(payload as { active: boolean }).active ? 'begins' : 'ends'} ${initial ? 'initial' : resumed ? 'resumed' : 'live'}`;
      })
      .sort();
  const tells = async (...wanted: string[]) => {
    await until('the alerts', told, ({ length }) => length >= wanted.length);
    deepEqual(told(), wanted.sort());
  };

  for (const end of ['stop', 'kill'] as const)
    it(`tells after a ${end} what has changed meanwhile, and no more`, async () => {
      const flow: FlowNode[] = [
        {
          ...{ id: 'cloud', type: 'thingsee-cloud', baseUrl: `${simulator.address}/thingsee` },
          credentials: { clientId: 'ensemble', clientSecret: 'simulated-secret' },
        },
        { id: 'alerts', type: 'thing-alerts', connection: 'cloud', interval: '1', wires: [['told']] },
        logNode('told'),
      ];
      for (const tuid of [ENDS, STAYS]) await alert(tuid);
      const { userDir } = red;
      await red.deploy(flow);
      await tells(`${ENDS} begins initial`, `${STAYS} begins initial`);
      // A kill right after a message, before the file is written, would repeat the message.
      const file = join(userDir, 'context/tab/alerts.json');
      await until('the file', () => [ENDS, STAYS].every((tuid) => existsSync(file) && readFileSync(file, 'utf8').includes(tuid)));
      await red[end]();
      for (const tuid of [ENDS, BEGINS]) await alert(tuid);
      red = await PlainNodeRed.start({ settings, userDir });
      await tells(`${ENDS} ends resumed`, `${BEGINS} begins resumed`);
      // In one reading with a live one, a second message of the others would be there.
      await alert(STAYS);
      await tells(`${ENDS} ends resumed`, `${BEGINS} begins resumed`, `${STAYS} ends live`);
      await alert(BEGINS);
      await tells(`${ENDS} ends resumed`, `${BEGINS} begins resumed`, `${STAYS} ends live`, `${BEGINS} ends live`);
    });
});
