import { createHash, randomBytes } from 'node:crypto';
import type { Connection, SignIn } from '../core/connection';
import { told } from '../core/error-texts';
import { asEnsembleError, EnsembleError, invalidInput } from '../core/errors';
import { urlOf } from '../core/schema/host';
import { Scope } from '../core/scope';
import { inSequence } from '../core/sentence';
import { refuse } from './admin-guard';
import type { Clients, ConfigNodeType } from './clients';
import type { ConfigNodeDefinition } from './config-node-definition';
import { type ConnectionOwner, ownersOf } from './connection-owner';
import { parseDialog } from './dialog';
import { dialogOwner, withoutSecrets } from './dialog-connection';
import { forgetRefusal } from './dialog-logins';
import { type DialogValues, readDialog } from './dialog-values';
import type { HttpHandler, Red, Request, Response } from './red';
import { isOrigin } from './same-origin';
import { type PageText, pageText, sentenceText, tell } from './texts';
import { tokenStoreOf } from './token-store';

const CALLBACK = '/ensemble/signed-in';
/** Milliseconds in which a person has to sign in. Tests shorten it. */
export const PERSON = { limit: 10 * 60_000 };
/** Sign-ins that may be under way at the same time. */
const MAX_PENDING = 20;

/** A person has been sent to the vendor's page. */
interface PendingSignIn {
  readonly RED: Red;
  readonly type: ConfigNodeType;
  readonly id: string;
  readonly owner: ConnectionOwner;
  readonly connection: Connection;
  readonly signIn: SignIn<Connection>;
  readonly callback: string;
  readonly hide: DialogValues['hide'];
  /** `performance.now()`. */
  readonly end: number;
  /** The person is back, and the tokens are being requested. */
  finishing: boolean;
}

/** Sign-ins under way of each admin root, by the `state` that only the vendor and the person's browser know. */
const roots = new WeakMap<object, Map<string, PendingSignIn>>();

/** Sends whether a person is signed in to an account, or about to. */
export function sendSignInState(RED: Red, type: ConfigNodeType, { params: { id = '' } }: Request, response: Response): void {
  const isPending = (one: PendingSignIn) => one.type === type && one.id === id && isValid(one);
  const pending = [...(roots.get(RED.httpAdmin)?.values() ?? [])].some(isPending);
  const node = RED.nodes.getNode(id);
  try {
    response.json({ signedIn: (!node || node.type === type) && tokenStoreOf(RED, id).read() !== undefined, pending });
  } catch (error) {
    // The sign-in under way will replace what cannot be read.
    if (pending) response.json({ signedIn: false, pending });
    else refuse(response, asEnsembleError(error));
  }
}

const isValid = ({ end, finishing }: PendingSignIn): boolean => finishing || end > performance.now();

/** Begins a sign-in, and sends the address of the vendor's page. */
export function startSignIn<T extends ConfigNodeType>(
  RED: Red,
  definition: ConfigNodeDefinition<T>,
  request: Request,
  response: Response,
): void {
  const { signIn } = definition.load();
  if (!signIn) {
    response.sendStatus(404);
    return;
  }
  try {
    response.json({ page: pageAddress(RED, definition, signIn, request) });
  } catch (error) {
    refuse(response, asEnsembleError(error));
  }
}

function pageAddress<T extends ConfigNodeType>(
  RED: Red,
  definition: ConfigNodeDefinition<T>,
  signIn: SignIn<Clients[T]>,
  request: Request,
): string {
  const dialog = parseDialog(request.body);
  const { callback } = request.body as { callback?: unknown };
  if (typeof callback !== 'string' || !isOwnAddress(callback, request))
    throw invalidInput(`callback must be this Node-RED's own ${CALLBACK}`, tell('refused.foreign'));
  const settled = readDialog(RED, definition, dialog);
  const { id } = dialog;
  const { hide } = settled;
  const pending = roots.get(RED.httpAdmin) ?? addCallbackRoute(RED);
  prune(pending, id);
  const owner = dialogOwner(RED, definition, dialog, settled);
  try {
    const connection = owner.get();
    const state = randomBytes(24).toString('base64url');
    const page = signIn.page(connection, state, callback);
    const end = performance.now() + PERSON.limit;
    pending.set(state, { RED, type: definition.type, id, owner, connection, signIn, callback, hide, end, finishing: false });
    return page;
  } catch (error) {
    void owner.close();
    throw withoutSecrets(error, hide);
  }
}

/**
 * Whether the vendor may send the person to this address: it has the origin of the request, and the root of its path or of the page
 * that sent it (a proxy may have a root of its own).
 */
function isOwnAddress(callback: string, { headers, originalUrl }: Request): boolean {
  const url = urlOf(callback);
  if (!url) return false;
  const { href, origin, pathname } = url;
  const isOwnOrigin = headers.origin === undefined ? isOrigin(origin, headers) : headers.origin === origin;
  const [root = ''] = originalUrl.split('/ensemble/sign-in/');
  const prefixes = ['x-forwarded-prefix', 'x-ingress-path'].flatMap((name) => headers[name] ?? []);
  const roots = [root, ...prefixes.map((prefix) => prefix.replace(/\/$/, '') + root)];
  const { referer = '' } = headers;
  const isBesidePage = urlOf(CALLBACK.slice(1), referer)?.href === href;
  return (
    /^https?:/.test(href) && href === origin + pathname && isOwnOrigin && (isBesidePage || roots.some((one) => pathname === one + CALLBACK))
  );
}

/** Removes what has expired, and an earlier sign-in of the same account, whose window may be closed. */
function prune(pending: Map<string, PendingSignIn>, account: string): void {
  for (const [state, one] of pending) {
    if (one.finishing || (isValid(one) && one.id !== account && pending.size < MAX_PENDING)) continue;
    pending.delete(state);
    void one.owner.close();
  }
}

/** One route, never removed and without a permission: the `state`, which is valid once, protects it. */
function addCallbackRoute(RED: Red): Map<string, PendingSignIn> {
  const pending = new Map<string, PendingSignIn>();
  roots.set(RED.httpAdmin, pending);
  const handler: HttpHandler = (request, response) => {
    const { state } = request.query;
    const known = typeof state === 'string' ? pending.get(state) : undefined;
    if (!known || known.finishing || !isValid(known)) return sendPage(RED, response, 400, 'over');
    known.finishing = true;
    const finished = finish(known, request).finally(() => pending.delete(String(state)));
    finished.then(
      () => sendPage(RED, response, 200, 'done'),
      (error: unknown) => sendPage(RED, response, 400, 'failed', reasonOf(RED, withoutSecrets(error, known.hide))),
    );
  };
  RED.httpAdmin.get(CALLBACK, handler);
  return pending;
}

/** Why a sign-in has failed. The person can do nothing about the login of the client. */
const reasonOf = (RED: Red, { told: sentences }: EnsembleError): string =>
  inSequence(sentences.map((sentence) => sentenceText(RED, sentence.key === 'login' ? told('signInRefused') : sentence)));

async function finish({ type, id, owner, connection, signIn, callback }: PendingSignIn, { query }: Request): Promise<void> {
  const scope = new Scope();
  try {
    const { code, error, error_description: description } = query;
    const reason = [description, error].find((words) => typeof words === 'string' && words !== '') ?? 'code is missing';
    if (typeof code !== 'string' || code === '')
      throw new EnsembleError('UNAUTHORIZED', String(reason).slice(0, 200), [
        told('signInRefused'),
        told('says', { words: String(reason).slice(0, 200) }),
      ]);
    await signIn.finish(connection, code, callback, scope);
    forgetRefusal(connection);
    for (const { current } of ownersOf(id, type)) {
      const deployed: Connection | undefined = current;
      deployed?.signedIn?.();
    }
  } finally {
    await scope.end();
    await owner.close();
  }
}

const STYLE =
  ':root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{min-height:90vh;display:grid;place-content:center;text-align:center}h1{font-size:22px;margin:0}p{margin:8px}';
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'`;
const escapeHtml = (text: string): string => text.replace(/[&<>]/g, (char) => ({ '&': '&amp;', '<': '&lt;' })[char] ?? '&gt;');

/** The page for the person who comes back from the vendor's page. */
function sendPage(RED: Red, response: Response, status: number, outcome: PageText, reason = ''): void {
  const told = [`<h1>${pageText(RED, outcome)}</h1>`, reason && `<p>${escapeHtml(reason)}</p>`, `<p>${pageText(RED, 'close')}</p>`].join(
    '',
  );
  response.status(status);
  for (const [name, value] of [
    ['content-type', 'text/html; charset=utf-8'],
    ['content-security-policy', POLICY],
    ['cache-control', 'no-store'],
    ['referrer-policy', 'no-referrer'],
  ] as const)
    response.setHeader(name, value);
  response.end(`<!doctype html><meta name="viewport" content="width=device-width"><title>Node-RED</title><style>${STYLE}</style>${told}`);
}
