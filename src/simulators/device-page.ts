import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { readBody, send } from './exchange';
import { BadInput, type Reply } from './vendor';

type Act = (vendor: string, action: string, input: Record<string, unknown>) => void;

const RESOURCES = join(__dirname, '../../../resources');
const FILES: Readonly<Record<string, string>> = { '/page/simulator.js': 'text/javascript', '/page/simulator.css': 'text/css' };
const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Ensemble</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="page/simulator.css">
<script type="module" src="page/simulator.js"></script>
`;
const SAFETY = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** Serves the device page, its live feed and its actions. */
export async function servePage(
  request: IncomingMessage,
  response: ServerResponse,
  openFeed: (response: ServerResponse) => void,
  act: Act,
) {
  const path = (request.url ?? '/').replace(/\?.*/s, '');
  if (request.method === 'GET' && path === '/page/feed') return openFeed(response);
  if (request.method === 'GET') return send(response, await page(path));
  const [, vendor, action] = /^\/page\/([\w-]+)\/([\w-]+)$/.exec(path) ?? [];
  if (request.method !== 'POST' || !vendor || !action) return send(response, { status: 405, body: 'Method Not Allowed' });
  send(response, await run(request, (input) => act(vendor, action, input)));
}

async function page(path: string): Promise<Reply> {
  if (path === '/') return { status: 200, headers: { ...SAFETY, 'content-type': 'text/html; charset=utf-8' }, body: PAGE };
  const type = FILES[path];
  if (!type) return { status: 404, body: 'Not Found' };
  const body = await readFile(join(RESOURCES, path.replace('/page/', '')));
  return { status: 200, headers: { ...SAFETY, 'content-type': `${type}; charset=utf-8` }, body };
}

async function run(request: IncomingMessage, act: (input: Record<string, unknown>) => void): Promise<Reply> {
  // A page of another site cannot send this type unasked.
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
    return { status: 415, body: 'Content-Type must be application/json' };
  const body = await readBody(request);
  if (!body) return { status: 413, body: 'Content Too Large' };
  try {
    const input: unknown = JSON.parse(body.toString('utf8'));
    if (typeof input !== 'object' || input === null || Array.isArray(input)) throw new BadInput('the body must be a JSON object');
    act(input as Record<string, unknown>);
    return { status: 204 };
  } catch (error) {
    if (error instanceof BadInput || error instanceof SyntaxError) return { status: 400, body: error.message };
    throw error;
  }
}
