import { teller } from '../../core/sentence';

/** What panels say of the Turn. */
export const texts = {
  test: {
    version: 'The Turn answers. Version of its configuration: __version__, channels: __channels__.',
    noVersion: 'The Turn answers. Channels: __channels__. The version of its configuration could not be read.',
  },
  refused: 'The Turn has refused it.',
  takes: {
    boolean: 'The channel __channel__ takes true or false.',
    text: 'The channel __channel__ takes text.',
    number: 'The channel __channel__ takes numbers.',
    range: 'The channel __channel__ takes numbers from __min__ to __max__.',
    rangeOrZero: 'The channel __channel__ takes 0, and numbers from __min__ to __max__.',
    step: '__fields__ must be 0 (down) or 1 (up).',
  },
  found: {
    noChannel: 'The Turn has no channel.',
    noArray: 'The response is neither an array of channels nor a channel.',
    missing: 'Missing: __keys__.',
    complete: 'All channels have them; the permission is in __keys__.',
    completeWithMore: 'All channels have them; the permission is in __keys__. Keys besides that are passed on: __count__.',
    noVersion: 'It is not a version in a text.',
    version: 'It is __version__.',
    impossibleChannel: 'A channel that cannot exist was answered with a success.',
    answered: 'It was answered with HTTP __status__.',
    noState: 'There is no state of that name.',
    isState: 'There is such a state, true or false.',
    oddState: 'It is neither true nor false.',
  },
} as const;

export const say = teller('turn-device', texts);
