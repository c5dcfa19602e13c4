import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Refused } from './http/refused';
import { jsonObjectOf, readBody, requireType } from './http/request';
import { type DeviceResponse, sendResponse } from './http/response';
import type { Input } from './input';
import type { PageUpdates } from './page-updates';

type VendorAct = (vendor: string, action: string, input: Input) => void;

/** This file is three folders below the root of the package, and so is the bundle. */
const RESOURCES = join(__dirname, '../../../resources');
const FILES: Readonly<Record<string, string>> = { '/page/simulator.js': 'text/javascript', '/page/simulator.css': 'text/css' };

/** @param editor where Node-RED's editor is, seen from the page; without, the page is at the simulator's own address */
const pageOf = (editor?: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">${editor === undefined ? '' : `\n<meta name="node-red-editor" content="${editor}">`}
<title>Ensemble</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="page/simulator.css">
<script type="module" src="page/simulator.js"></script>
<header class="top"><h1>Ensemble</h1></header>
`;

/** Beside the editor, which shows it, the page may stand in a frame of the same origin. */
const safety = (editor?: string): Readonly<Record<string, string>> => ({
  'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; frame-ancestors ${editor === undefined ? "'none'" : "'self'"}`,
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
});

/** Serves the device page, its updates and its actions. */
export async function servePage(request: IncomingMessage, response: ServerResponse, updates: PageUpdates, act: VendorAct): Promise<void> {
  const path = (request.url ?? '/').replace(/\?.*/s, '');
  if (request.method === 'GET' && path === '/page/feed') return updates.open(response);
  if (request.method === 'GET') return sendResponse(response, await pageFile(path, request.headers));
  const [, vendor, action] = /^\/page\/([\w-]+)\/([\w-]+)$/.exec(path) ?? [];
  if (request.method !== 'POST' || !vendor || !action) return sendResponse(response, { status: 405, body: 'Method Not Allowed' });
  sendResponse(response, await run(request, (input) => act(vendor, action, input)));
}

/** A file of the page. @param editor see `pageOf` */
export async function pageFile(path: string, asked: IncomingHttpHeaders, editor?: string): Promise<DeviceResponse> {
  if (path === '/')
    return { status: 200, headers: { ...safety(editor), 'content-type': 'text/html; charset=utf-8' }, body: pageOf(editor) };
  const type = FILES[path];
  if (!type) return { status: 404, body: 'Not Found' };
  const body = await readFile(join(RESOURCES, path.replace('/page/', '')));
  const tag = createHash('sha256').update(body).digest('base64url');
  const kept = { ...safety(editor), 'cache-control': 'no-cache', etag: `W/"${tag}"`, vary: 'accept-encoding' };
  // A proxy may change how the tag is written.
  if (asked['if-none-match']?.includes(tag)) return { status: 304, headers: kept };
  const headers = { ...kept, 'content-type': `${type}; charset=utf-8` };
  if (!/\bgzip\b/.test(String(asked['accept-encoding'] ?? ''))) return { status: 200, headers, body };
  return { status: 200, headers: { ...headers, 'content-encoding': 'gzip' }, body: await packedOf(path, tag, body) };
}

const packed = new Map<string, { readonly tag: string; readonly body: Promise<Buffer> }>();

/** Packed once, until the file is another one. */
function packedOf(path: string, tag: string, body: Buffer): Promise<Buffer> {
  const known = packed.get(path);
  if (known?.tag === tag) return known.body;
  const made = promisify(gzip)(body);
  packed.set(path, { tag, body: made });
  return made;
}

async function run(request: IncomingMessage, act: (input: Input) => void): Promise<DeviceResponse> {
  try {
    // A page of another site cannot send this type without asking.
    requireType(request.headers, 'application/json');
    const input = jsonObjectOf(await readBody(request));
    return perform(() => act(input));
  } catch (error) {
    if (error instanceof Refused) return { status: error.status, body: error.message };
    throw error;
  }
}

/** An action that is refused is a bad request, whatever status the vendor's client would get. */
export function perform(action: () => void): DeviceResponse {
  try {
    action();
    return { status: 204 };
  } catch (error) {
    if (error instanceof Refused) return { status: 400, body: error.message };
    throw error;
  }
}
