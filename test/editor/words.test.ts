import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import '../kit/once';
import { Simulator } from '../../src/simulators/simulator';
import { type Editor, openEditor } from '../kit/editor';
import { type Behaviour, FaultServer, respond } from '../kit/fault-server';
import { type FlowNode, type NodeRed, startNodeRed, VERSION } from '../kit/node-red';
import { freePort } from '../kit/ports';
import { freePorts } from '../simulators/ports';
import { LOGIN } from '../simulators/twinkly';
import { noteOf, unfold } from './panel-actions';
import { placed } from './panel-stage';
import { withoutLogin } from './variants';

/** A vendor's config node at an address, and what its Test says in German at the simulated devices. */
const VENDORS = {
  twinkly: {
    node: (url: string) => ({ type: 'twinkly-account', environment: 'custom', baseUrl: url, credentials: { ...LOGIN } }),
    path: '/twinkly',
    good: /^Angemeldet\. Objekte: 6, Installationen: 2\.$/,
    login: 'Die Anmeldung wurde abgelehnt. Bitte E-Mail und Passwort prüfen.',
  },
  sonata: {
    node: (url: string, mqttUrl: string) => ({ type: 'sonata-gateway', baseUrl: url, mqttUrl, installationId: 7 }),
    path: '/sonata',
    good: /^Der Sonata-Server antwortet\. Der Broker nimmt Clients ohne MQTT-Benutzer an\.$/,
    login: /127\.0\.0\.1:\d+ verlangt eine Anmeldung, die diese Verbindung nicht hat \(HTTP 401\)\./,
  },
  turn: {
    node: (url: string) => ({ type: 'turn-device', host: new URL(url).hostname, port: new URL(url).port }),
    path: '',
    good: /^Der Turn antwortet\. Version seiner Konfiguration: 2\.0\.0, Kanäle: 23\.$/,
    login: /verlangt eine Anmeldung, die diese Verbindung nicht hat \(HTTP 401\)\./,
  },
  thingsquare: {
    node: (url: string) => ({ type: 'thingsquare-frontend', baseUrl: url, authentication: 'login', credentials: BACKEND }),
    path: '/thingsquare',
    good: /^Angemeldet als \S+@example\.com\. Registrierte Geräte: \d+\.$/,
    login: 'Die Anmeldung wurde abgelehnt. Bitte Login und Passwort prüfen.',
  },
  thingsee: {
    node: (url: string) => ({
      type: 'thingsee-cloud',
      baseUrl: url,
      credentials: { clientId: 'ensemble', clientSecret: 'simulated-secret' },
    }),
    path: '/thingsee',
    good: /^Die API lässt den Client ein\. Deployment-Gruppen: 2\.$/,
    login: 'Die Anmeldung wurde abgelehnt. Bitte Client-ID und Client-Secret prüfen.',
  },
} as const;
const BACKEND = { login: 'demo@example.com', password: 'demo' };

type Vendor = keyof typeof VENDORS;

const page: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Log in to the guest network</body></html>');
};

/** What a server does, and what a person reads of it. */
const FAULTS: readonly (readonly [string, Behaviour, string | ((vendor: Vendor) => string | RegExp), string])[] = [
  ['a login that it refuses', respond({ error: 'Unauthorized' }, 401), (vendor) => VENDORS[vendor].login, 'UNAUTHORIZED'],
  [
    'too many requests',
    respond({}, 429, { 'retry-after': '7' }),
    'Zu viele Anfragen (HTTP 429). Bitte in 7 s erneut versuchen.',
    'RATE_LIMITED',
  ],
  ['a fault of its own', respond({}, 503), () => /127\.0\.0\.1:\d+ hat selbst eine Störung \(HTTP 503\)\. Bitte später/, 'VENDOR_ERROR'],
  [
    'words of its own',
    respond({ message: 'Service is closed for lunch' }, 500),
    'Die Antwort sagt: „Service is closed for lunch“',
    'VENDOR_ERROR',
  ],
  ['a page of another server', page, 'Statt einer Antwort der API kam eine HTML-Seite (HTTP 200)', 'BAD_RESPONSE'],
  ['no response', () => {}, () => /127\.0\.0\.1:\d+ hat innerhalb von 0,4 s nicht geantwortet\. Bitte erneut/, 'TIMEOUT'],
];

/** English words that a German sentence cannot have, outside of what is quoted. */
const ENGLISH = /\b(the|and|was|with|answered|cannot|within|missing|must|try|check)\b/i;
const withoutQuotes = (text: string): string => text.replace(/„[^“]*“/g, '');

describe('panels in German', () => {
  let red: NodeRed;
  let simulator: Simulator;
  let server: FaultServer;
  let editor: Editor;

  before(async () => {
    red = await startNodeRed(withoutLogin);
    simulator = await Simulator.start(await freePorts());
    server = await FaultServer.start();
    const ids = Object.keys(VENDORS) as Vendor[];
    const mqtt = simulator.mqttAddress;
    const nowhere = `127.0.0.1:${await freePort()}`;
    await red.deploy([
      { id: 'nowhere', ...VENDORS.sonata.node(`http://${nowhere}`, `mqtt://${nowhere}`) },
      { id: 'tab', type: 'tab', label: 'words' },
      placed('state', 'turn-channel', {
        ...{ connection: 'turn-bad', operation: 'set-state' },
        // The panel cannot know that this is empty.
        parameters: { channel: { type: 'str', value: 'light/1/1' }, value: { type: 'env', value: 'ENSEMBLE_NOTHING' } },
      }),
      placed('apply', 'twinkly-command', {
        ...{ connection: 'twinkly-bad', operation: 'apply' },
        parameters: { id: { type: 'str', value: '5' }, on: { type: 'bool', value: 'true' }, brightness: { type: 'num', value: '7' } },
      }),
      placed('messages', 'thing-query', { connection: 'thingsee-bad', operation: 'list-messages' }),
      placed('effect', 'twinkly-command', { connection: 'twinkly-bad', operation: 'turn-off' }),
      ...ids.flatMap((id): FlowNode[] => [
        { id: `${id}-good`, ...VENDORS[id].node(simulator.address + VENDORS[id].path, mqtt) },
        { id: `${id}-bad`, timeout: 400, ...VENDORS[id].node(server.url, mqtt) },
      ]),
    ]);
    editor = await openEditor(red, { language: 'de', theme: VERSION === 5 ? 'dark' : 'light', width: 1366, height: 1250 });
  });
  after(async () => {
    await editor.close();
    await server.close();
    await simulator.close();
    await red.stop();
  });

  /** Presses a button of the open panel, and reads the note below. */
  const press = async (panel: Locator, button: string, row = button) => {
    await panel.locator(`#${button}`).click();
    await noteOf(panel, row).locator('.fa-check, .fa-exclamation-circle').waitFor();
    return (await noteOf(panel, row).innerText()).trim();
  };

  for (const [id, { good }] of Object.entries(VENDORS))
    it(`${id}: Test and Check say in German what came of them`, async () => {
      const panel = await editor.open(`${id}-good`);
      match(await press(panel, 'ensemble-test'), good);
      await unfold(panel);
      match(await press(panel, 'ensemble-check'), /^\d+ bestätigt, \d+ anders, \d+ nicht feststellbar\.$/);
      await editor.screenshot(`words-${id}-${VERSION}`);
      const findings = await panel.locator('.ensemble-findings > li').allInnerTexts();
      ok(findings.length > 0);
      for (const finding of findings) {
        equal(ENGLISH.test(finding), false, finding);
        match(finding, /^(Bestätigt|Anders|Nicht feststellbar):/);
      }
      await editor.cancel();
    });

  it('Chinese has labels in quotes where they are in a sentence, and no blank behind a colon', async () => {
    const chinese = await openEditor(red, { language: 'zh-CN' });
    const panel = await chinese.open('sonata-good');
    await unfold(panel);
    await panel.locator('#node-config-input-baseUrl').fill('http://a b');
    match(await press(panel, 'ensemble-test'), /^“服务器URL”/);
    await panel.locator('#node-config-input-baseUrl').fill(simulator.address + VENDORS.sonata.path);
    match(await press(panel, 'ensemble-check'), /项属实/);
    match(await panel.locator('.ensemble-findings > li').first().innerText(), /^属实：\S/);
    await chinese.close();
  });

  for (const id of Object.keys(VENDORS) as Vendor[])
    it(`${id}: Test says in German what is wrong and what to do, with one code`, async () => {
      const panel = await editor.open(`${id}-bad`);
      for (const [what, behaviour, wanted, code] of FAULTS) {
        await server.heal();
        server.always(behaviour);
        const text = await press(panel, 'ensemble-test');
        const expected = typeof wanted === 'string' ? wanted : wanted(id);
        ok(typeof expected === 'string' ? text.includes(expected) : expected.test(text), `${what}: ${text}`);
        match(text, new RegExp(`^[^()]*.* \\(${code}\\)$`), what);
        equal(text.match(/\b(UNAUTHORIZED|RATE_LIMITED|VENDOR_ERROR|BAD_RESPONSE|TIMEOUT|UNREACHABLE)\b/g)?.length, 1, text);
        equal(ENGLISH.test(withoutQuotes(text)), false, text);
      }
      await editor.screenshot(`words-fault-${id}-${VERSION}`);
      await server.heal();
      server.always(page);
      await unfold(panel);
      const checked = await press(panel, 'ensemble-check');
      // What is assumed of Sonata is read from the broker.
      if (id === 'sonata') match(checked, /^1 bestätigt, 0 anders/);
      else match(checked, /^Nichts ließ sich feststellen\. Bitte Testen drücken/);
      equal(await noteOf(panel, 'ensemble-check').getAttribute('data-kind'), id === 'sonata' ? 'good' : 'error');
      await editor.cancel();
    });

  it('sonata: Test says once what is wrong with the address of both the server and the broker', async () => {
    const panel = await editor.open('nowhere');
    match(await press(panel, 'ensemble-test'), /^[^.]*127\.0\.0\.1:\d+(?!.*127\.0).* \(UNREACHABLE\)$/);
    await editor.cancel();
  });

  it('turn: Test and Try it speak of no login where there is none, and say what was expected', async () => {
    const octets: Behaviour = (response) => void response.writeHead(200, { 'content-type': 'application/octet-stream' }).end('not all');
    const panel = await editor.open('turn-bad');
    for (const [behaviour, wanted] of [
      [respond({}, 403), /^127\.0\.0\.1:\d+ erlaubt das nicht \(HTTP 403\)\. \(FORBIDDEN\)$/],
      [octets, /^Die Antwort ist kein JSON, sondern 7 Byte vom Typ application\/octet-stream\./],
    ] as const) {
      await server.heal();
      server.always(behaviour);
      match(await press(panel, 'ensemble-test'), wanted);
    }
    await editor.cancel();
    const state = await editor.open('state');
    await state.locator('#ensemble-try').click();
    const note = noteOf(state, 'ensemble-try');
    await note.locator('.fa-exclamation-circle').waitFor();
    match(await note.innerText(), /Bitte eines davon ausfüllen: Wert, .+ oder .+ \(INVALID_INPUT\)$/);
    await editor.screenshot(`words-neither-${VERSION}`);
    await editor.cancel();
  });

  it('Try it names the steps that have failed and were done as the list of operations does', async () => {
    await server.heal();
    server.always((response, request) => {
      const { command } = (request.json ?? {}) as { command?: string };
      if (command === 'setBrightness') respond({ error: 'too bright' }, 409)(response, request);
      else respond({ status: 'success', access_token: 'token', objects: [] })(response, request);
    });
    const panel = await editor.open('apply');
    await panel.locator('#ensemble-try').click();
    await panel.locator('button', { hasText: /Ausführen/ }).click();
    const note = noteOf(panel, 'ensemble-try');
    await note.locator('.fa-exclamation-circle').waitFor();
    match(await note.innerText(), /Dieser Schritt ist fehlgeschlagen: Helligkeit setzen\. Vorher ausgeführt: Einschalten\./);
    await editor.cancel();
  });

  it('hints begin as a line does', async () => {
    await server.heal();
    server.always(respond({ data: [] }));
    const panel = await editor.open('messages');
    await unfold(panel);
    const hints = await panel.locator('.ensemble-constraints').allInnerTexts();
    ok(
      hints.some((hint) => /^Mindestens 1\b/.test(hint)),
      hints.join(),
    );
    deepEqual(
      hints.filter((hint) => /^\p{Ll}/u.test(hint)),
      [],
    );
    await editor.screenshot(`words-hints-${VERSION}`);
    await editor.cancel();
  });

  it('a list says in German why it cannot be loaded, with one code', async () => {
    await server.heal();
    server.always(respond({ error: 'Unauthorized' }, 401));
    const panel = await editor.open('effect');
    const note = noteOf(panel, 'ensemble-parameter-id');
    await note.locator('.fa-exclamation-circle').waitFor();
    const { login } = VENDORS.twinkly;
    equal((await note.innerText()).trim().startsWith(`Die Liste konnte nicht geladen werden: ${login} (UNAUTHORIZED)`), true);
    await editor.screenshot(`words-list-${VERSION}`);
    await editor.cancel();
  });
});
