import { authorization, editor } from './node-red';

/**
 * `lost`: nobody answers. `login`: Node-RED, or a proxy before it, wants a login. `gone`: nothing has this address, or has it any more.
 * `foreign`: it is taken for a page of another site. `refused`: for a reason, which the message says.
 */
export type TroubleKind = 'lost' | 'login' | 'gone' | 'foreign' | 'refused';

/** There is no response that the page can use. */
export class Trouble extends Error {
  constructor(
    readonly kind: TroubleKind,
    reason = '',
  ) {
    super(reason);
  }
}

/** Milliseconds until there must be a response: a network that has gone says nothing. */
const PATIENCE = 4000;

/** Asks the server of this page, as the user of Node-RED where it stands there. @throws Trouble */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { ...authorization(), ...init.headers };
  // A proxy sends somebody without a login to a page of its own.
  const response = await fetch(path, { signal: AbortSignal.timeout(PATIENCE), ...init, headers, redirect: 'manual' }).catch(
    () => undefined,
  );
  if (response?.ok && !isPage(response)) return response;
  throw await troubleOf(response);
}

const isPage = ({ headers }: Response): boolean => headers.get('content-type')?.startsWith('text/html') ?? false;

async function troubleOf(response: Response | undefined): Promise<Trouble> {
  if (!response || response.status >= 500) return new Trouble('lost');
  const { status, type, ok } = response;
  if (editor && (status === 401 || type === 'opaqueredirect' || ok)) return new Trouble('login');
  if (status === 404) return new Trouble('gone');
  const text = await response.text().catch(() => '');
  // A proxy that forbids something sends a page.
  if (status === 403 && text !== '' && !isPage(response)) return new Trouble('foreign');
  return new Trouble('refused', text === '' || isPage(response) ? `HTTP ${status}` : reasonIn(text));
}

/** Node-RED's side responds with JSON, that of the simulator with text. */
function reasonIn(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string } | null)?.message ?? text;
  } catch {
    return text;
  }
}
