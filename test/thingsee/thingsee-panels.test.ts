import { deepEqual, equal, match } from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { chooseOption, noteOf, type } from '../editor/panel-actions';
import { PanelStage, placed } from '../editor/panel-stage';
import { variants } from '../editor/variants';
import type { FlowNode } from '../kit/node-red';
import { json, num, str } from '../kit/typed-input';

const PRESENCE = 'TSPR04X2Z74162947';
const ROOM = 'TSEN03X2Z74162459';
const TUID = 'ensemble-parameter-tuid';
const COMMANDS = 'ensemble-parameter-commands';

const WORDS = {
  'en-US': {
    retired: 'retired: removed permanently',
    letIn: /The API lets the client in\. Deployment groups: 2/,
    other: /Matches no template/,
    wrong: /Report interval must be a whole number \(1 to 86,400 seconds\)/,
  },
  de: {
    retired: 'retired: dauerhaft entfernt',
    letIn: /Die API lässt den Client ein\. Deployment-Gruppen: 2/,
    other: /Entspricht keiner Vorlage/,
    wrong: /Meldeintervall: erwartet wird eine ganze Zahl \(1 bis 86\.400 Sekunden\)/,
  },
} as const;

const node = (id: string, type: string, more: object = {}) => placed(id, type, { connection: 'cloud', ...more });

for (const variant of variants)
  describe(`the panels of Thingsee: ${variant.theme}, ${variant.language}`, () => {
    const words = WORDS[variant.language];
    const credentials = { clientId: 'ensemble', clientSecret: 'simulated-secret' };
    const unknown = { tuid: str(ROOM), commands: json({ tsmId: 17110, tsmEv: 30, profileId: 0 }) };
    const flow = (address: string): FlowNode[] => [
      { id: 'cloud', type: 'thingsee-cloud', baseUrl: `${address}/thingsee`, timeout: 3000, credentials },
      node('command', 'thing-command', { operation: 'send' }),
      node('unknown', 'thing-command', { operation: 'send', parameters: unknown }),
      node('installation', 'thing-installation', { operation: 'set-status', parameters: { tuid: str(ROOM) } }),
      node('group', 'thing-group', { operation: 'set-group-of-thing' }),
      node('messages', 'thing-messages'),
      node('alerts', 'thing-alerts'),
    ];
    const stage = new PanelStage(variant, flow);
    let panel: Locator;

    const open = async (id: string) => {
      panel = await stage.editor.open(id);
    };
    const note = (id: string, wanted: RegExp) => stage.note(panel, id, wanted);
    const menu = (id: string) => stage.list(panel, id);
    const choose = async (text: string) => stage.entries().filter({ hasText: text }).click();
    const saved = async (id: string) => {
      await stage.editor.save();
      return stage.editor.node(id);
    };

    it('offer groups that are there, and none where the ID is of a new one', async () => {
      const lists = async (operation: string) => {
        await panel.locator('#node-input-operation').selectOption(operation);
        const rows = panel.locator('.ensemble-parameters .ensemble-row:has(.fa-list) > label');
        return rows.evaluateAll((labels) => labels.map(({ htmlFor }) => htmlFor));
      };
      await open('group');
      deepEqual(await lists('create'), []);
      deepEqual(await lists('rename'), ['ensemble-parameter-groupId-value']);
      deepEqual(await lists('delete'), ['ensemble-parameter-groupId-value']);
      await stage.editor.cancel();
    });

    it('offer groups, then their things with model, battery and last contact, and a form for a command', async () => {
      await open('command');
      await menu(TUID);
      deepEqual(
        (await stage.entries().allInnerTexts()).map((text) => text.split('\n')[0]),
        ['prfi00office', 'prfi00plant', 'unassigned'],
      );
      await choose('prfi00office');
      await stage.entries().filter({ hasText: PRESENCE }).waitFor();
      match(
        await stage.entries().filter({ hasText: PRESENCE }).innerText(),
        /PRESENCE · .*\b20\d\d, .*\d:\d\d.* · (battery|Batterie) \d+ ?%/,
      );
      await stage.picture('thing-lookup');
      await choose(PRESENCE);
      equal(await panel.locator(`#${TUID}-value`).inputValue(), PRESENCE);
      await note(TUID, /TSPR04X2Z74162947 · PRESENCE · .* \d+ ?%/);
      await panel.locator(`#${COMMANDS}-form`).selectOption('intervals');
      await panel.locator('#ensemble-form-reportInterval').fill('0');
      match(await noteOf(panel, 'ensemble-form-reportInterval').innerText(), words.wrong);
      await panel.locator('#ensemble-form-reportInterval').fill('600');
      await type(panel, 'ensemble-parameter-waitForReply', '60');
      await stage.picture('thing-command');
      deepEqual((await saved('command')).parameters, {
        tuid: str(PRESENCE),
        commands: json({ tsmId: 1500, tsmEv: 30, reportInterval: 600 }),
        waitForReply: num(60),
      });
      await open('command');
      equal(await panel.locator('#ensemble-form-reportInterval').inputValue(), '600');
      await note(TUID, /PRESENCE · .* \d+ ?%/);
      await panel.locator(`#${COMMANDS}-form`).selectOption('presence');
      await panel.locator('#ensemble-form-mode').fill('2');
      deepEqual(((await saved('command')).parameters as { commands: unknown }).commands, {
        type: 'json',
        value: '{"tsmId":13200,"tsmEv":30,"mode":2}',
      });
    });

    it('mark a command that is not documented, and do not change it', async () => {
      await open('unknown');
      await note(COMMANDS, words.other);
      equal(await noteOf(panel, COMMANDS).getAttribute('data-kind'), 'warning');
      equal(await panel.locator(`#${COMMANDS}-form`).inputValue(), '');
      const { parameters } = await saved('unknown');
      equal((parameters as { commands: { value: string } }).commands.value, '{"tsmId":17110,"tsmEv":30,"profileId":0}');
    });

    it('say what a status starts', async () => {
      await open('installation');
      await note(TUID, /ENVIRONMENT/);
      await chooseOption(panel, 'ensemble-parameter-status', words.retired);
      await stage.picture('thing-installation');
      const { parameters } = await saved('installation');
      deepEqual((parameters as { status: unknown }).status, str('retired'));
    });

    it('offer groups for a thing', async () => {
      await open('group');
      await menu('ensemble-parameter-groupId');
      await choose('prfi00plant');
      await type(panel, 'ensemble-parameter-tuid', ROOM);
      await stage.picture('thing-group');
      deepEqual((await saved('group')).parameters, {
        tuid: str(ROOM),
        groupId: str('prfi00plant'),
      });
    });

    it('gather several groups and things', async () => {
      await open('messages');
      await menu('node-input-groups');
      for (const group of ['prfi00plant', 'prfi00office']) await choose(group);
      await stage.closeList();
      equal(await panel.locator('#node-input-groups').inputValue(), 'prfi00plant,prfi00office');
      await note('node-input-groups', /prfi00plant, prfi00office · Head office/);
      await menu('node-input-things');
      await choose('unassigned');
      await stage.entries().filter({ hasText: 'TSEN03X2Z74162460' }).waitFor();
      await choose('TSEN03X2Z74162460');
      await stage.closeList();
      await note('node-input-things', /TSEN03X2Z74162460 · ENVIRONMENT/);
      await panel.locator('#node-input-interval').fill('30');
      await stage.picture('thing-messages');
      const { groups, things, interval } = await saved('messages');
      deepEqual([groups, things, interval], ['prfi00plant,prfi00office', 'TSEN03X2Z74162460', 30]);
    });

    it('choose the things whose alerts are followed', async () => {
      await open('alerts');
      await menu('node-input-things');
      await choose('prfi00plant');
      await choose('TSGW02X1O73360355');
      await stage.closeList();
      await note('node-input-things', /TSGW02X1O73360355 · GATEWAY/);
      await panel.locator('#node-input-interval').fill('10');
      await stage.picture('thing-alerts');
      const { things, interval } = await saved('alerts');
      deepEqual([things, interval], ['TSGW02X1O73360355', 10]);
    });

    it('try the connection', async () => {
      await open('cloud');
      await panel.locator('#ensemble-test').click();
      await note('ensemble-test', words.letIn);
      await stage.picture('thingsee-cloud');
      await stage.editor.cancel();
    });
  });
