import { invalidInput } from '../../core/errors';
import { type Operation, operation } from '../../core/operation';
import {
  boolean,
  choice,
  color,
  integer,
  number,
  object,
  optional,
  type Parameters,
  scalar,
  text,
  type Values,
} from '../../core/schema/parameters';
import type { TwinklyClient } from './client';
import { onWire } from './color';
import { type Command, sendCommand } from './commands';
import { TARGETS } from './group-status';
import { type CommandId, MODES, type WireProfile } from './wire-profile';

/** Facts: the vendor's "Runtime API Reference", sections on runtime commands. */
const addressee = {
  target: choice({
    label: 'Target',
    help: 'One object, or an installation with all its objects.',
    options: TARGETS,
    optionLabels: { object: 'object', installation: 'installation' },
    default: 'object',
  }),
  id: text({ label: 'ID', help: 'The ID of the object or the installation.', id: true, lookup: 'addressees', narrowedBy: ['target'] }),
};

const execution = {
  async: optional(
    boolean({
      label: 'Asynchronous',
      help: 'The cloud answers at once with the ID of the command, and carries it out afterwards.',
    }),
  ),
  timeout: optional(
    integer({
      label: 'Command timeout',
      help: 'The longest that the cloud waits for the devices before it answers. Not set: 10 seconds.',
      min: 1,
      max: 3600,
      unit: 'seconds',
    }),
  ),
  unreliable: optional(
    boolean({
      label: 'Unreliable',
      help: 'The cloud sends the command and does not wait for the devices: nothing tells whether it worked.',
    }),
  ),
  forceOffline: optional(
    boolean({ label: 'Even if offline', help: 'The command is sent although the target counts as offline. Not set: yes.' }),
  ),
  waitForCompletion: optional(
    number({
      label: 'Wait for completion',
      help: 'The command is sent asynchronously, and its progress is followed for at most this long, until it has succeeded or failed.',
      min: 1,
      max: 86_400,
      unit: 'seconds',
    }),
  ),
};

const common = { ...addressee, ...execution };
type Common = Values<typeof common>;

interface Described<P extends Parameters> {
  readonly id: string;
  readonly label: string;
  readonly help: string;
  readonly parameters: P;
  /** `command` and `params` of the body. */
  readonly command: (values: Values<P>, profile: WireProfile) => Command;
  /** Carrying it out twice is more than once. */
  readonly once?: true;
}

/** A command, with the parameters that all of them take. */
function command<const P extends Parameters>({ parameters, command, once, ...words }: Described<P>): Operation<TwinklyClient> {
  return operation<TwinklyClient>()<Parameters>({
    ...words,
    parameters: { ...addressee, ...parameters, ...execution },
    repeatable: !once,
    target: (values) => `${String(values.target)}/${String(values.id)}`,
    check(values) {
      const { waitForCompletion, unreliable, async } = values as Common;
      if (waitForCompletion !== undefined && (unreliable || async === false))
        throw invalidInput('waitForCompletion needs an asynchronous command that is not unreliable');
    },
    run(values, context) {
      const options = values as Common;
      return sendCommand(words.id, options, command(values as Values<P>, context.connection.profile), context);
    },
  });
}

const plain =
  (id: CommandId) =>
  (_values: object, profile: WireProfile): Command =>
    profile.command(id, {});

/** A number stays a number on the wire. */
const effect = {
  label: 'Effect',
  help: 'The ID of an effect that is installed on the target.',
  lookup: 'effects',
  narrowedBy: ['target', 'id'],
};

export const operations = [
  command({
    id: 'turn-on',
    label: 'Turn on',
    help: 'Switches on; what was shown before comes back.',
    parameters: {},
    command: plain('turn-on'),
  }),
  command({ id: 'turn-off', label: 'Turn off', help: 'Switches off.', parameters: {}, command: plain('turn-off') }),
  command({
    id: 'set-mode',
    label: 'Set mode',
    help: 'Shows the current effect, colour, playlist or movie, or nothing.',
    parameters: {
      mode: choice({
        label: 'Mode',
        help: 'What the target shows.',
        options: MODES,
        optionLabels: { off: 'off', effect: 'effect', color: 'colour', playlist: 'playlist', movie: 'movie' },
      }),
      effect: optional(scalar(effect)),
    },
    command: ({ mode, effect }, profile) => profile.command('set-mode', { mode: profile.mode(mode), effect }),
  }),
  command({
    id: 'play-effect',
    label: 'Play effect',
    help: 'Plays one of the effects that are installed on the target.',
    parameters: { effect: scalar(effect) },
    command: ({ effect }, profile) => profile.command('play-effect', { effect }),
  }),
  command({
    id: 'set-brightness',
    label: 'Set brightness',
    help: 'Sets how bright the target is.',
    parameters: {
      brightness: number({ label: 'Brightness', help: '0 is dark, 100 is brightest.', min: 0, max: 100, unit: 'percent', slider: true }),
    },
    command: ({ brightness }, profile) => profile.command('set-brightness', { brightness: profile.scaled('brightness', brightness / 100) }),
  }),
  command({
    id: 'set-color',
    label: 'Set colour',
    help: 'Shows one colour on all LEDs. It is sent by hue, saturation and value, which all strings understand; the corrections of the account can send it as it is given.',
    parameters: {
      color: color({
        label: 'Colour',
        help: 'As #rrggbb, as [r, g, b] or {r, g, b} with 0 to 255, or as {h, s, v} with 0 to 360 degrees and 0 to 100 percent.',
      }),
    },
    command: ({ color }, profile) => profile.command('set-color', onWire(color, profile)),
  }),
  command({
    id: 'play-playlist',
    label: 'Play playlist',
    help: 'Plays a playlist that is installed on the target. Strings of the retail series know none, and refuse.',
    parameters: {
      playlist: scalar({
        label: 'Playlist',
        help: 'The ID of a playlist that is installed on the target.',
        lookup: 'playlists',
        narrowedBy: ['target', 'id'],
      }),
    },
    command: ({ playlist }, profile) => profile.command('play-playlist', { playlist }),
  }),
  command({
    id: 'custom',
    label: 'Other command',
    help: 'Sends a command by the vendor’s own name, for example installEffect. It is never sent twice.',
    parameters: {
      command: text({ label: 'Command', help: 'The vendor’s name of the command.' }),
      params: optional(object({ label: 'Command parameters', help: 'The command’s own parameters, as the vendor names them.' })),
    },
    command: ({ command, params }) => ({ command, ...(params && { params }) }),
    once: true,
  }),
];
