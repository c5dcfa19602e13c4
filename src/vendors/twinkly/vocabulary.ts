import { type Vocabulary, words } from '../../core/diagnostics/recorder';
import { isField } from '../../core/diagnostics/shape';
import { literalParts } from './wire-profile';

/** Of the document, of the table of our guesses, and of what was seen in use. Commands and their parameters may be somebody's. */
const known = words(`username password access_token refresh_token token_type expires_in code client_id client_secret grant_type
  redirect_uri scope state mine page objectIds installationIds objectId installationId config command params async timeout unreliable
  forceOffline mode effect value hue saturation red green blue playlist
  objects count next_page prev_page runtime error message commandId status progress deviceId installations devices device
  configuration installation id uuid name online brightness color movie movies effects playlists`);

/** What is below these is the vendor's, though nobody knows its words: to see them is what a report is for. */
const OPEN = words('objects runtime configuration devices device installation');

export const vocabulary: Vocabulary = {
  // The account's corrections may hold anything: what they name is shown by none of its words.
  pathWords: new Set(['v2', 'v3', 'auth', 'token', ...literalParts]),
  requestWords: known,
  isWord: (key, path) => known.has(key) || (path.some((above) => OPEN.has(above)) && isField(key, path)),
};
