import { deepEqual, equal, match } from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { chooseOption, noteOf, shownText, unfold } from '../editor/panel-actions';
import { PanelStage, placed } from '../editor/panel-stage';
import { variants } from '../editor/variants';
import type { FlowNode } from '../kit/node-red';
import { json, num, str } from '../kit/typed-input';
import { until } from '../kit/within';
import { read } from '../simulators/simulated';
import { DEVICE } from './backend';

const node = (id: string, type: string, more: object = {}) => placed(id, `thingsquare-${type}`, { connection: 'frontend', ...more });
const WORDS = {
  'en-US': {
    sensor: 'Greenhouse',
    kinds: ['s: reported by the device', 'd: sent to the device'],
    said: { remove: /must be claimed again/, start: /^Replaces the program of a device/, delete: /cannot be undone/ },
    anonymous: /anonymous session/,
    devices: /Registered devices: 4/,
    authentication: ['API token', 'anonymous', 'login and password'],
    time: /[A-Z][a-z]{2} \d\d?, \d{4}, \d\d?:\d\d/,
    firmware: /TI SensorTag · Sep 1, 2016, /,
  },
  de: {
    sensor: 'Greenhouse',
    kinds: ['s: vom Gerät gemeldet', 'd: an das Gerät gesendet'],
    said: { remove: /muss erneut registriert werden/, start: /^Ersetzt das Programm eines Geräts/, delete: /nicht rückgängig machen/ },
    anonymous: /eine anonyme Sitzung/,
    devices: /Registrierte Geräte: 4/,
    authentication: ['API-Token', 'anonym', 'Login und Passwort'],
    time: /\d\d\.\d\d\.\d{4}, \d\d:\d\d/,
    firmware: /TI SensorTag · 01\.09\.2016, /,
  },
} as const;

for (const variant of variants)
  describe(`Thingsquare panels: ${variant.theme}, ${variant.language}`, () => {
    const words = WORDS[variant.language];
    const flow = (address: string): FlowNode[] => [
      {
        id: 'frontend',
        type: 'thingsquare-frontend',
        name: 'Garden',
        baseUrl: `${address}/thingsquare`,
        authentication: 'login',
        credentials: { login: 'demo@example.com', password: 'demo' },
      },
      node('variable', 'variable', { operation: 'set' }),
      node('device', 'device', { operation: 'remove' }),
      node('firmware', 'firmware', { operation: 'start' }),
      node('user', 'user', { operation: 'store' }),
      node('events', 'events'),
    ];
    const stage = new PanelStage(variant, flow);

    const picture = (name: string) => stage.picture(`thingsquare-${name}`);
    const hint = (panel: Locator) => panel.locator('#node-input-operation-hint').innerText();

    it('choose a device by its name, and a variable by its value', async () => {
      const panel = await stage.editor.open('variable');
      await unfold(panel);
      await stage.choose(panel, 'ensemble-parameter-device', words.sensor);
      await until('the choice', async () => (await panel.locator('#ensemble-parameter-device-value').inputValue()) === DEVICE);
      await stage.note(panel, 'ensemble-parameter-device', /Greenhouse/);
      match(await noteOf(panel, 'ensemble-parameter-device').innerText(), words.time);
      await stage.choose(panel, 'ensemble-parameter-name', 'period');
      await stage.note(panel, 'ensemble-parameter-name', /period · 60/);
      await panel.locator('#ensemble-parameter-value-value').fill('30');
      await panel.locator('#ensemble-parameter-waitForAck-value').fill('20');
      await picture('variable');
      await panel.locator('#node-input-operation').selectOption('get');
      await chooseOption(panel, 'ensemble-parameter-kind', words.kinds[0]);
      await stage.choose(panel, 'ensemble-parameter-name', 'temperature');
      await stage.note(panel, 'ensemble-parameter-name', /temperature · [\d.]+/);
      await panel.locator('#node-input-operation').selectOption('set');
      await chooseOption(panel, 'ensemble-parameter-kind', words.kinds[1]);
      await stage.choose(panel, 'ensemble-parameter-name', 'period');
      await stage.editor.save();
      deepEqual((await stage.editor.node('variable')).parameters, {
        device: str(DEVICE),
        kind: str('d'),
        name: str('period'),
        value: str('30'),
        waitForAck: num(20),
      });
    });

    it('offer the firmware that fits the chosen device', async () => {
      const panel = await stage.editor.open('firmware');
      match(await hint(panel), words.said.start);
      await stage.choose(panel, 'ensemble-parameter-device', words.sensor);
      await stage.choose(panel, 'ensemble-parameter-firmware', '20160901');
      const image = panel.locator('#ensemble-parameter-firmware-value');
      await until('the choice', async () => (await image.inputValue()) === '20160901/sensortag/client.signed');
      await stage.note(panel, 'ensemble-parameter-firmware', words.firmware);
      await picture('firmware');
      await stage.listButton(panel, 'ensemble-parameter-firmware').click();
      deepEqual(
        (await stage.entries().allInnerTexts()).map((text) => text.split('\n')[0]),
        ['20160718/sensortag/client.signed', '20160901/sensortag/client.signed'],
      );
      await stage.editor.page.keyboard.press('Escape');
      await stage.editor.save();
    });

    it('say what removing and deleting do', async () => {
      const device = await stage.editor.open('device');
      match(await hint(device), words.said.remove);
      await picture('device');
      await stage.editor.cancel();
      const variable = await stage.editor.open('variable');
      await variable.locator('#node-input-operation').selectOption('delete');
      match(await hint(variable), words.said.delete);
      await stage.editor.cancel();
    });

    it('ask for what the authentication needs, and try it', async () => {
      const panel = await stage.editor.open('frontend');
      await unfold(panel);
      const row = (name: string) => panel.locator(`#node-config-input-${name}`);
      const asked = async () => {
        const names = ['login', 'password', 'token'];
        const visible = await Promise.all(names.map((name) => row(name).isVisible()));
        return names.filter((_, index) => visible[index]);
      };
      // A panel slides in.
      await row('login').waitFor();
      deepEqual(await asked(), ['login', 'password']);
      deepEqual([await row('announce').isChecked(), await row('announceTo').isVisible()], [false, false]);
      await row('announce').check();
      await row('announceTo').waitFor();
      deepEqual(await row('announceTo').inputValue(), '255.255.255.255');
      await row('announce').uncheck();
      await panel.locator('#ensemble-test').click();
      await stage.note(panel, 'ensemble-test', /@example\.com/);
      match(await noteOf(panel, 'ensemble-test').innerText(), words.devices);
      await picture('frontend');
      await chooseOption(panel, 'node-config-input-authentication', words.authentication[0]);
      deepEqual(await asked(), ['token']);
      await row('token').fill('wrong');
      await panel.locator('#ensemble-test').click();
      await stage.note(panel, 'ensemble-test', /UNAUTHORIZED/);
      await chooseOption(panel, 'node-config-input-authentication', words.authentication[1]);
      deepEqual(await asked(), []);
      await panel.locator('#ensemble-test').click();
      await stage.note(panel, 'ensemble-test', words.anonymous);
      await stage.editor.cancel();
      // A refused test is answered with 400, which Chromium logs.
      stage.editor.errors.splice(0, stage.editor.errors.length, ...stage.editor.errors.filter((error) => !/400.*\/ensemble\//.test(error)));
    });

    it('let an event node listen to all, or to one variable', async () => {
      const panel = await stage.editor.open('events');
      await stage.choose(panel, 'node-input-device', words.sensor);
      await stage.choose(panel, 'node-input-variable', 'temperature');
      await stage.note(panel, 'node-input-variable', /temperature · s · [\d.]+/);
      await chooseOption(panel, 'node-input-kind', words.kinds[0]);
      await stage.note(panel, 'node-input-variable', /temperature · [\d.]+/);
      await panel.locator('#node-input-interval').fill('5');
      await picture('events');
      await stage.editor.save();
      const { device, kind, variable, interval } = await stage.editor.node('events');
      deepEqual([device, kind, variable, interval], [DEVICE, 's', 'temperature', 5]);
      const again = await stage.editor.open('events');
      match(await shownText(again, 'node-input-kind'), new RegExp(words.kinds[0]));
      await chooseOption(again, 'node-input-kind', '–');
      const asksForInterval = () => again.locator('#node-input-interval').isVisible();
      equal(await asksForInterval(), true);
      await chooseOption(again, 'node-input-transport', 'Push');
      await until('no interval', asksForInterval, (isShown) => !isShown);
      await stage.editor.save();
      const { kind: none, transport, interval: kept } = await stage.editor.node('events');
      deepEqual([none, transport, kept], ['', 'push', 5]);
    });

    it('take an object to store', async () => {
      const panel = await stage.editor.open('user');
      await panel.locator('#ensemble-parameter-data-value').fill('{"room":"hall"}');
      await picture('user');
      await stage.editor.save();
      deepEqual((await stage.editor.node('user')).parameters, { data: json({ room: 'hall' }) });
    });

    it('leave no session behind', async () => {
      // The one is of the event node, which listens all the time.
      const sessions = async () => (await read(stage.simulator.address)).vendors.thingsquare.sessions;
      await until('the end of all others', sessions, ({ length }) => length === 1);
    });
  });
