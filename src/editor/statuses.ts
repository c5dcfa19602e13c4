import { type StatusForms, StatusTranslator, type StatusWords } from '../core/status-text';
import { ask } from './dialog';
import { amount, catalogueText, typeText } from './fields';
import { language } from './language';

type Texts = StatusWords['texts'];

/** What the server says statuses with, in its language. */
interface ServerWords {
  readonly status?: Texts;
  readonly simulator?: Texts;
  /** The labels of operations, by the types of nodes. */
  readonly operations: Readonly<Record<string, StatusWords['labels']>>;
}

const SIMULATOR = 'ensemble-simulator';

/**
 * Shows the statuses of our nodes in the editor's language. They come in the server's, for flows and dashboards read them, too; what
 * cannot be understood stays as it comes.
 */
export function translateStatuses(): void {
  let statuses: Statuses | undefined;
  // Node-RED itself subscribes after it has loaded the plugins, and so shows what is in the message by then.
  RED.comms.subscribe('status/#', (topic, status) => {
    const node = RED.nodes.node(topic.split('/')[1] ?? '');
    if (node) statuses?.translate(node, status);
  });
  ask<ServerWords>('status-texts').then(
    (words) => {
      statuses = new Statuses(words);
      RED.nodes.eachNode((node) => node.status && statuses?.translate(node, node.status));
    },
    (error: Error) => console.warn(`Statuses stay in the language of the server. ${error.message}`),
  );
}

class Statuses {
  /** By the types of nodes. */
  private readonly translators = new Map<string, StatusTranslator>();

  constructor(private readonly server: ServerWords) {}

  /** Changes the text of a status, and draws it where it is shown already. */
  translate(node: EditorNode, status: ShownStatus): void {
    const { type } = node;
    if (typeof status.text !== 'string' || (type !== SIMULATOR && !(type in DESCRIPTIONS))) return;
    // What was changed here and not deployed may be the operation.
    const operation = node.changed === true ? '' : String(node.operation ?? '');
    const text = this.translatorOf(type).inOtherWords(status.text, operation);
    if (text === undefined || text === status.text) return;
    status.text = text;
    if (node.status === status) RED.view.redrawStatus(node);
  }

  private translatorOf(type: string): StatusTranslator {
    const known = this.translators.get(type);
    if (known) return known;
    const { status = {}, simulator = {}, operations } = this.server;
    const [catalogue, texts] = type === SIMULATOR ? [SIMULATOR, simulator] : ['ensemble-editor', status];
    const labels = operations[type] ?? {};
    const here = {
      texts: eachKey(texts, (key) => catalogueText(catalogue, `status.${key}`, { skipInterpolation: true })),
      labels: eachKey(labels, (id) => typeText(type, `operations.${id}.label`)),
      fields: type === SIMULATOR ? { port: typeText(type, 'label.port'), mqttPort: typeText(type, 'label.mqttPort') } : {},
    };
    const made = new StatusTranslator({ texts, labels }, here, formsOf(language()));
    this.translators.set(type, made);
    return made;
  }
}

const eachKey = (texts: Texts, make: (key: string) => string): Texts =>
  Object.fromEntries(Object.keys(texts).map((key) => [key, make(key)]));

/** Hours as the statuses have them: from 0 to 23. */
function formsOf(language: string): StatusForms {
  const day = { dateStyle: 'medium', timeZone: 'UTC' } as const;
  const date = new Intl.DateTimeFormat(language, day);
  const moment = new Intl.DateTimeFormat(language, { ...day, timeStyle: 'short', hourCycle: 'h23' });
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  return {
    number: amount,
    percent: (value) => percent.format(value),
    date: (time) => date.format(time),
    moment: (time) => moment.format(time),
  };
}
