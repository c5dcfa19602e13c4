import { type Assumption, cannotTell, confirmed, differs, isAnswer } from '../../core/diagnostics/assumption';
import { told } from '../../core/error-texts';
import { asEnsembleError, EnsembleError } from '../../core/errors';
import { isPage } from '../../core/http/error-response';
import { parseJson } from '../../core/json';
import { isRecord } from '../../core/objects';
import type { Scope } from '../../core/scope';
import type { TurnClient } from './client';
import { say } from './texts';

/** Keys of table 3 that each channel has. */
const NEEDED = ['id', 'channelType', 'dataType', 'state'];
const KNOWN = new Set([...NEEDED, 'description', 'channel_permission', 'channelPermission', 'properties']);
/** No Turn has so many pages. */
const NOWHERE = '/control/channels/light/99/99/state';

/** @throws EnsembleError where a page came, which is none of the Turn's */
async function read(device: TurnClient, path: string, scope: Scope): Promise<string> {
  const response = await device.read(path, { scope });
  if (isPage(response))
    throw new EnsembleError('BAD_RESPONSE', 'a page', told('page', { status: response.statusCode }), { statusCode: response.statusCode });
  return response.body.toString('utf8').trim();
}

export const assumptions: readonly Assumption<TurnClient>[] = [
  {
    id: 'turn-channel-keys',
    what: 'A channel has the keys of the document’s table: `id`, `channelType`, `dataType`, `state`, and `channel_permission` or `channelPermission`. Channels come in an array, or one alone.',
    why: 'The document’s samples of a channel are empty.',
    source: 'guess',
    check: 'Reads all channels and compares their keys.',
    async ask(device, { scope }) {
      const value = parseJson(await read(device, '/control/channels', scope));
      const channels = [value].flat().filter(isRecord);
      if (Array.isArray(value) && value.length === 0) return cannotTell(say('found.noChannel'));
      if (channels.length === 0) return differs(say('found.noArray'));
      const missing = NEEDED.filter((key) => channels.some((channel) => channel[key] === undefined));
      const permissions = ['channel_permission', 'channelPermission'].filter((key) =>
        channels.some((channel) => channel[key] !== undefined),
      );
      const others = [...new Set(channels.flatMap(Object.keys))].filter((key) => !KNOWN.has(key));
      if (permissions.length === 0) missing.push('channel_permission');
      if (missing.length > 0) return differs(say('found.missing', { keys: missing.join(', ') }));
      const [keys, count] = [permissions.join(', '), others.length];
      return confirmed(count > 0 ? say('found.completeWithMore', { keys, count }) : say('found.complete', { keys }));
    },
  },
  {
    id: 'turn-version',
    what: 'The version of the configuration is a text.',
    why: 'The document shows 2.0.0 where it says that it is the version of the documentation, which is 1.4.4.',
    source: 'contradiction',
    check: 'Reads the version.',
    async ask(device, { scope }) {
      const text = await read(device, '/config/version', scope);
      const version = /^"?(v?\d{1,4}(?:\.\d{1,6}){0,3})"?$/.exec(text)?.[1];
      return version === undefined ? differs(say('found.noVersion')) : confirmed(say('found.version', { version }));
    },
  },
  {
    id: 'turn-permissions',
    what: 'No permission of a channel holds a request back: the Turn’s own refusal is passed on.',
    why: 'The document does not say who may write which channel.',
    source: 'guess',
    check: 'Write a channel whose permission is `write`, and one whose permission is `read`.',
  },
  {
    id: 'turn-errors',
    what: 'Any 4xx counts as refused, in the Turn’s words, and so does a success whose body is an object with nothing but a text `error`.',
    why: 'The document has no errors.',
    source: 'guess',
    check: 'Reads the state of a channel that no Turn has.',
    async ask(device, { scope }) {
      try {
        await read(device, NOWHERE, scope);
        return differs(say('found.impossibleChannel'));
      } catch (thrown) {
        const error = asEnsembleError(thrown);
        if (!isAnswer(error)) throw error;
        return confirmed(say('found.answered', { status: error.cause.statusCode ?? 0 }));
      }
    },
  },
  {
    id: 'turn-events',
    what: 'An event without a state is passed on as it came. Any configuration event, whatever its name, makes us read the configuration again, which is the message of the topic `config`. By the rule of server-sent events, one without a line `data` is no event.',
    why: 'The events of actions, of the device’s own states and of a new configuration are not shown.',
    source: 'guess',
    check: 'Send an action, change the configuration, and look at `msg.event.raw`.',
  },
  {
    id: 'turn-ready',
    what: '`ready` works as on the first Turn: raised after a start, lowered by whoever has sent all values.',
    why: 'The document names the state, and not how it is used.',
    source: 'guess',
    check: 'Reads the states, and looks whether `ready` is one of them. Take the power from a Turn to see the rest.',
    async ask(device, { scope }) {
      const value = parseJson(await read(device, '/control/state', scope));
      const ready = isRecord(value) ? value.ready : undefined;
      if (ready === undefined) return differs(say('found.noState'));
      return /^(true|false)$/.test(String(ready)) ? confirmed(say('found.isState')) : differs(say('found.oddState'));
    },
  },
  {
    id: 'turn-next-previous',
    what: 'What “next” and “previous” carry is passed on as it comes.',
    why: 'The document does not say it.',
    source: 'guess',
    check: 'Press them, and look at `msg.payload`.',
  },
  {
    id: 'turn-streams',
    what: 'A Turn bears four event streams at a time: we open at most so many for each device.',
    why: 'The document does not say how many it bears.',
    source: 'guess',
    check: 'Deploy a `turn-sse` for channels, states, configuration and transport controls: all must be live.',
  },
];
