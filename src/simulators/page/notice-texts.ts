import { translations } from './language';

const en = {
  login: 'Log in to Node-RED to see the simulated devices. Your user needs the permission to read flows. This page goes on by itself.',
  gone: 'No simulated devices run here. They do while a node “simulated devices” is deployed; its status says what is wrong. This page goes on by itself.',
  denied: 'You can look, but not change anything: that needs a Node-RED user who may deploy.',
  missed: 'No response: what you did last may not have arrived.',
  foreign: 'The request seems to come from another site. A proxy in front of Node-RED must forward the Host or X-Forwarded-Host header.',
  refused: 'The request was refused: “{reason}”',
  open: 'Open Node-RED',
  others: 'Show all simulated devices',
};

const de: typeof en = {
  login:
    'Bitte in Node-RED anmelden, um die simulierten Geräte zu sehen. Der Benutzer muss Flows lesen dürfen. Diese Seite geht von selbst weiter.',
  gone: 'Hier laufen keine simulierten Geräte. Sie laufen, solange ein Node „simulierte Geräte“ übernommen (deploy) ist; sein Status sagt, was fehlt. Diese Seite geht von selbst weiter.',
  denied: 'Hier lässt sich alles ansehen, aber nichts ändern: Das darf nur ein Benutzer von Node-RED, der Flows übernehmen (deploy) darf.',
  missed: 'Keine Antwort: Die letzte Eingabe ist vielleicht nicht angekommen.',
  foreign:
    'Die Anfrage scheint von einer anderen Website zu kommen. Ein Proxy vor Node-RED muss den Header Host oder X-Forwarded-Host weiterleiten.',
  refused: 'Die Anfrage wurde abgelehnt: „{reason}“',
  open: 'Node-RED öffnen',
  others: 'Alle simulierten Geräte zeigen',
};

/** What the page cannot do, and what to do about it. */
export const t = translations({ en, de });
