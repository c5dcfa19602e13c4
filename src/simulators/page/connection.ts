import { ask, Trouble } from './ask';
import { editor, isList, onLogin } from './node-red';
import { Notice } from './notice';
import type { Update } from './update';

/** Milliseconds until the page asks again. */
const DELAYS = { lost: 1000, gone: 2000, login: 5000, foreign: 5000, refused: 5000 };
/** Milliseconds without a byte after which a feed, which has a heartbeat every 3 s, is dead. */
const SILENCE = 10_000;
/** Milliseconds for which the page says that an action may not have arrived, from when it shows the state again. */
const REMARK = 8000;

let notice: Notice | undefined;
/** Tries to connect again at once. */
let reconnect = (): void => {};

interface Action {
  readonly path: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly done: Done;
}

/** Called once it is known whether an action has arrived. */
export type Done = (hasArrived: boolean) => void;

const waiting: Action[] = [];
let isSending = false;

/** Sends what a person does to the simulator, one after the other, so that it arrives in order. */
export async function post(path: string, input: Action['input'], done: Done = () => {}): Promise<void> {
  waiting.push({ path, input, done });
  if (isSending) return;
  isSending = true;
  for (let next = waiting.shift(); next; next = waiting.shift()) await send(next);
  isSending = false;
}

async function send({ path, input, done }: Action): Promise<void> {
  let hasArrived = false;
  try {
    await ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(input) });
    hasArrived = true;
    notice?.miss(false);
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble.kind === 'login') notice?.deny(true);
    else if (trouble.kind === 'lost') miss();
    // A request that is refused is an error of the page.
    else if (trouble.kind === 'refused' || trouble.kind === 'foreign') reportError(trouble);
  }
  done(hasArrived);
}

/** What waits is not sent later, when nobody expects it any more. */
function miss(): void {
  for (const { done } of waiting.splice(0)) done(false);
  notice?.miss(true);
  reconnect();
}

/** Shows each update of the simulator, and whether it comes live. */
export function connect(show: (update: Update) => void, setLive: (isLive: boolean) => void): void {
  const shown = new Notice();
  notice = shown;
  void follow(async (signal) => {
    let isLive = false;
    const showFirst = (update: Update) => {
      show(update);
      if (isLive) return;
      isLive = true;
      setLive(true);
      setTimeout(() => isLive && shown.miss(false), REMARK);
    };
    try {
      await readFeed(showFirst, signal, () => {
        shown.show();
        void showPermission(shown);
      });
    } finally {
      isLive = false;
      setLive(false);
    }
  }, shown);
}

/** Tries again and again, and says what is in the way; at once where somebody logs in or out, or where the network goes or comes. */
export async function follow(run: (signal: AbortSignal) => Promise<void>, shown: Notice): Promise<never> {
  onLogin(() => reconnect());
  for (const event of ['offline', 'online']) addEventListener(event, () => reconnect());
  for (;;) {
    const attempt = new AbortController();
    reconnect = () => attempt.abort();
    let kind: Trouble['kind'] = 'lost';
    try {
      await run(attempt.signal);
    } catch (error) {
      const trouble = troubleOf(error);
      kind = trouble.kind;
      shown.show(trouble);
      if (kind === 'gone') await leaveForTheOnly();
    }
    if (!attempt.signal.aborted)
      await new Promise<void>((resolve) => {
        reconnect = resolve;
        setTimeout(resolve, DELAYS[kind]);
      });
  }
}

/** What ends a stream is no trouble of its own. */
const troubleOf = (error: unknown): Trouble => (error instanceof Trouble ? error : new Trouble('lost'));

/** The devices may have moved to another port. */
async function leaveForTheOnly(): Promise<void> {
  if (!editor || isList) return;
  const [only, ...others] = await running('../running').catch(() => []);
  if (only && others.length === 0) location.replace(`../${only.port}/${location.search}`);
}

/** Simulated devices of this Node-RED, with the names of the nodes that have one. */
export interface Running {
  readonly port: number;
  readonly mqttPort: number;
  readonly names: readonly string[];
}

/** @throws Trouble */
export async function running(path: string): Promise<readonly Running[]> {
  return ((await (await ask(path)).json()) as { running: Running[] }).running;
}

/** Below Node-RED's admin address, somebody may be permitted to look only. */
async function showPermission(shown: Notice): Promise<void> {
  if (!editor) return;
  const isDenied = await ask('page/permission').then(
    () => false,
    (error: unknown) => troubleOf(error).kind === 'login',
  );
  shown.deny(isDenied);
}

/** Reads server-sent events until they end. A page cannot give EventSource the header that Node-RED wants. @throws Trouble, or an error */
async function readFeed(show: (update: Update) => void, outer: AbortSignal, opened: () => void): Promise<void> {
  const silent = new AbortController();
  outer.addEventListener('abort', () => silent.abort());
  let timer = setTimeout(() => silent.abort(), SILENCE);
  try {
    const response = await ask('page/feed', { signal: silent.signal });
    opened();
    const reader = (response.body as ReadableStream<BufferSource>).pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), SILENCE);
      const events = (text + read.value).split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) if (event.startsWith('data: ')) show(JSON.parse(event.slice('data: '.length)) as Update);
    }
  } finally {
    clearTimeout(timer);
  }
}
