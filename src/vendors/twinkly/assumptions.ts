import type { Assumption } from '../../core/diagnostics/assumption';
import { isObject } from '../../core/objects';
import {
  askCommandPath,
  askConfiguration,
  askInstallationId,
  askList,
  askModes,
  askObjectId,
  askPages,
  askStatus,
  runtimeField,
} from './checks';
import type { TwinklyClient } from './client';

/** Markdown, above the list. */
export const introduction =
  'The samples of Twinkly’s document are lost. From the document come: hosts, login, OAuth, the options of a command, the keys `online`, `commandId`, `status` and `progress`, and the queries of group status. From another client that works comes the list of objects. Everything else is our guess. It stands in one table, `src/vendors/twinkly/wire-profile.ts`, and *Corrections* of the account change any row of it without a new version; the account’s help lists the rows.';

const LOST = 'The samples of the document are lost.';
const CORRECTIONS = '*Corrections* of the account';

export const assumptions: readonly Assumption<TwinklyClient>[] = [
  {
    id: 'twinkly-list',
    what: 'The objects are listed by `GET /v3/objects?mine=true`.',
    why: 'It was seen in another client that works; the document does not have it.',
    source: 'other program',
    check: 'Reads the list, else other paths.',
    corrects: `${CORRECTIONS}: \`paths\`, \`list-objects\``,
    ask: askList,
  },
  {
    id: 'twinkly-pages',
    what: 'A later page of the objects is asked for by the query `page`.',
    why: 'The list was seen to have pages, and not how the next is asked for.',
    source: 'guess',
    check: 'Reads the second page, where there is one.',
    corrects: `${CORRECTIONS}: \`page\``,
    ask: askPages,
  },
  {
    id: 'twinkly-object-id',
    what: 'An object is known by its `id`.',
    why: 'The list has `id` and `uuid`.',
    source: 'guess',
    check: 'Asks for the status of an object by each of them.',
    corrects: `${CORRECTIONS}: \`answers\`, \`id\``,
    ask: askObjectId,
  },
  {
    id: 'twinkly-object-status',
    what: 'The status of objects is read by `GET /v2/objects/runtime`, with the ids in the query.',
    why: `${LOST} The query is in its text.`,
    source: 'guess',
    check: 'Reads the status of an object, else by other paths; where one answers, the commands are looked for beside it.',
    corrects: `${CORRECTIONS}: \`paths\`, \`status.object\` and \`command.object\``,
    ask: (client, context) => askStatus(client, 'object', context),
  },
  {
    id: 'twinkly-installation-id',
    what: 'An installation is known by the `id` of `installation` in its objects.',
    why: 'It was seen in another client that works.',
    source: 'other program',
    check: 'Reads the list of objects.',
    corrects: `${CORRECTIONS}: \`answers\`, \`installationId\``,
    ask: askInstallationId,
  },
  {
    id: 'twinkly-installation-status',
    what: 'The status of installations is read by `GET /v2/installations/runtime`, with the ids in the query; of one that is named by its objects, by the same path.',
    why: `${LOST} The query is in its text.`,
    source: 'guess',
    check: 'Reads the status of an installation, else by other paths.',
    corrects: `${CORRECTIONS}: \`paths\`, \`status.installation\`, \`status.legacy\` and \`command.installation\``,
    ask: (client, context) => askStatus(client, 'installation', context),
  },
  {
    id: 'twinkly-device-configuration',
    what: 'The configuration of a device is read by `GET /v2/devices/{deviceId}/configuration`.',
    why: LOST,
    source: 'guess',
    check: 'Reads the configuration of the first device, else by other paths.',
    corrects: `${CORRECTIONS}: \`paths\`, \`get-device-configuration\``,
    ask: askConfiguration,
  },
  {
    id: 'twinkly-effects',
    what: 'A runtime lists the installed effects at `configuration.effects`.',
    why: LOST,
    source: 'guess',
    check: 'Reads the runtime of an object.',
    corrects: `${CORRECTIONS}: \`answers\`, \`effects\``,
    ask: runtimeField('effects', Array.isArray),
  },
  {
    id: 'twinkly-playlists',
    what: 'A runtime lists the installed playlists at `configuration.playlists`.',
    why: LOST,
    source: 'guess',
    check: 'Reads the runtime of an object.',
    corrects: `${CORRECTIONS}: \`answers\`, \`playlists\``,
    ask: runtimeField('playlists', Array.isArray),
  },
  {
    id: 'twinkly-color',
    what: 'A runtime has the colour at `color`.',
    why: LOST,
    source: 'guess',
    check: 'Reads the runtime of an object.',
    corrects: `${CORRECTIONS}: \`answers\`, \`color\``,
    ask: runtimeField('color', (value) => isObject(value) || typeof value === 'string'),
  },
  {
    id: 'twinkly-modes',
    what: 'The modes are called `off`, `effect`, `color`, `playlist` and `movie`.',
    why: 'The document names the modes in sentences, and not as they are sent.',
    source: 'guess',
    check: 'Reads the mode of an object.',
    corrects: `${CORRECTIONS}: \`modes\``,
    ask: askModes,
  },
  {
    id: 'twinkly-command-path',
    what: 'Commands are sent by `POST` to `/v2/objects/{id}/runtime/command`, and of installations to the same below `/v2/installations`.',
    why: LOST,
    source: 'guess',
    check:
      'With your consent: sends a body without a command, which no server can carry out, and looks whether it refuses the body or the path.',
    corrects: `${CORRECTIONS}: \`paths\`, \`command.object\` and \`command.installation\``,
    ask: askCommandPath,
  },
  {
    id: 'twinkly-command-names',
    what: 'The names of all commands but `installEffect`, and of all their parameters, are as the table says.',
    why: LOST,
    source: 'guess',
    check: 'Send each command to a string that you can see.',
    corrects: `${CORRECTIONS}: \`commands\``,
  },
  {
    id: 'twinkly-scales',
    what: 'On the wire, brightness goes to 100, hue to 359, and saturation, value, red, green and blue to 255.',
    why: LOST,
    source: 'guess',
    check: 'Set a brightness and a colour, and look at the string.',
    corrects: `${CORRECTIONS}: \`scales\``,
  },
  {
    id: 'twinkly-refresh',
    what: 'A login by password is made anew each day.',
    why: 'The call that renews it is lost; *Corrections* may name it (`refresh`).',
    source: 'guess',
    check: 'Leave a node running for two days.',
    corrects: `${CORRECTIONS}: \`paths\`, \`refresh\``,
  },
  {
    id: 'twinkly-running',
    what: 'A response with `status: "running"` to a synchronous command means that its time was over; a success is one with whatever body, but for a page in HTML.',
    why: 'The responses to commands are lost.',
    source: 'guess',
    check: 'Send a command to a string without power.',
  },
];
