import type { Update } from './update';

/** Milliseconds until a connection that the browser gave up is opened again. */
const RECONNECT_DELAY = 1000;

/** Sends what a person does to the simulator. */
export async function post(path: string, input: Readonly<Record<string, unknown>>): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(input) }).catch(() => undefined);
  // The header of the page shows that the connection is lost; a request that is refused is an error of the page.
  if (response && !response.ok) reportError(new Error(await response.text()));
}

/** Shows each update of the simulator, and whether it comes live. */
export function connect(show: (update: Update) => void, setLive: (isLive: boolean) => void): void {
  const source = new EventSource('page/feed');
  source.onopen = () => setLive(true);
  source.onmessage = (message: MessageEvent<string>) => show(JSON.parse(message.data) as Update);
  source.onerror = () => {
    setLive(false);
    // After an attempt that failed, some browsers wait and try again, others close.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => connect(show, setLive), RECONNECT_DELAY);
  };
}
