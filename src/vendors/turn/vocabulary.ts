import type { Vocabulary } from '../../core/diagnostics/recorder';

/** Of the vendor's "Turn 2 Public API Documentation"; the ids of channels are the same in every house. */
export const vocabulary: Vocabulary = {
  pathWords: new Set(
    `control channels state action events reset config version integrations sonos transportControls stream
     media source light light_scenes shade shade_scenes temperature fan humidity modes info
     internal_temperature ready value fahrenheit 1 2 3 4 5 6 7 8 9`.split(/\s+/),
  ),
};
