import { type Vocabulary, words } from '../../core/diagnostics/recorder';

/** Of the vendor's "Turn 2 Public API Documentation". */
const known = words(`id description channelType dataType channel_permission channelPermission properties state value on ppm_string pa_string
  layout startPageId controlType dialChannel min max max_preset step unit units isSwitched pages page name type channels modifiedBy data ready internal_temperature fahrenheit air_pressure air_quality version
  increment_decrement play_action pause_action previousEnabled nextEnabled sonos transportControls next previous config message error`);

export const vocabulary: Vocabulary = {
  // The ids of channels are the same in every house.
  pathWords: words(`control channels state action events reset config version integrations sonos transportControls stream
    media source light light_scenes shade shade_scenes temperature fan humidity modes info artwork audio
    internal_temperature ready value fahrenheit 1 2 3 4 5 6 7 8 9`),
  requestWords: known,
  isWord: (key) => known.has(key),
  eventTypes: new Set([...known, 'action', 'state', 'actions', 'config', 'transportControls']),
};
