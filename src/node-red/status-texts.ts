import { actionTypes } from './action-node-definition';
import { guards } from './admin-guard';
import type { Red } from './red';
import { statusWords } from './texts';

/** Serves the words in which this server says statuses, by which an editor in another language understands them. */
export function serveStatusTexts(RED: Red): void {
  RED.httpAdmin.get('/ensemble/status-texts', guards(RED, 'flows.read'), (_request, response) =>
    response.json(statusWords(RED, actionTypes())),
  );
}
