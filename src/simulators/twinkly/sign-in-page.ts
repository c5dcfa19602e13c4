import { createHash } from 'node:crypto';
import { type DeviceRequest, formOf } from '../http/request';
import type { DeviceResponse } from '../http/response';
import { type Language, languageOf, tagsOf, textsIn } from '../languages';
import { texts } from './sign-in-texts';
import { ACCOUNT, type SignIns } from './sign-ins';

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { min-height: 100vh; margin: 0; display: grid; place-items: center; background: light-dark(#f4f2ee, #141312); color: light-dark(#2b2825, #e9e5df); }
form { box-sizing: border-box; width: min(360px, 92vw); display: grid; gap: 14px; padding: 28px; border: 1px solid light-dark(#e4dfd7, #2d2a28); border-radius: 16px; background: light-dark(#fffdfa, #1d1b1a); }
h1 { margin: 0; font-size: 20px; letter-spacing: -0.01em; }
p { margin: 0; color: light-dark(#716a61, #9c948a); }
label { display: grid; gap: 4px; }
input { padding: 8px 10px; border: 1px solid light-dark(#cfc8bd, #45413d); border-radius: 8px; background: light-dark(#fff, #141312); color: inherit; font: inherit; }
button { padding: 10px; border: 0; border-radius: 8px; background: light-dark(#a85c08, #f2b25c); color: light-dark(#fff, #141312); font: inherit; font-weight: 600; cursor: pointer; }
:focus-visible { outline: 2px solid light-dark(#a85c08, #f2b25c); outline-offset: 2px; }
.wrong { color: light-dark(#b3322a, #f08a80); }
code { font: 13px ui-monospace, monospace; }
`;
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'`;

const page = (status: number, body: string, language: Language = 'en'): DeviceResponse => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY, 'cache-control': 'no-store' },
  body: `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Twinkly</title><style>${STYLE}</style>${body}`,
});

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[char] ?? '&quot;');

/** `GET /v2/auth/login` shows the form, which is posted to the same address. */
export function signInPage(signIns: SignIns, { method, query, headers, body }: DeviceRequest): DeviceResponse {
  const redirectUri = query.get('redirect_uri') ?? '';
  // No redirect but to an address that the client itself gave.
  if (query.get('client_id') !== ACCOUNT.clientId) return page(400, '<p>client_id is unknown.</p>');
  if (!/^https?:/.test(redirectUri) || !URL.canParse(redirectUri)) return page(400, '<p>redirect_uri must be an address.</p>');
  if (query.get('response_type') !== 'code') return page(400, '<p>response_type must be code.</p>');
  const language = languageOf(tagsOf(headers['accept-language'] ?? ''));
  const own = textsIn(texts, language);
  if (method === 'GET') return page(200, form(own, query, ''), language);
  const typed = formOf(body);
  const code = signIns.code(typed.get('username'), typed.get('password'), redirectUri);
  if (!code) return page(401, form(own, query, own.wrong), language);
  const location = new URL(redirectUri);
  location.searchParams.set('code', code);
  location.searchParams.set('state', query.get('state') ?? '');
  return { status: 303, headers: { location: location.href, 'cache-control': 'no-store' } };
}

const form = (own: (typeof texts)['en'], query: URLSearchParams, wrong: string): string => `
<form method="post" action="login?${escapeHtml(query.toString())}">
<h1>${own.title}</h1>
<p><strong>${escapeHtml(query.get('client_id') ?? '')}</strong> ${own.asks}</p>
<label>${own.username} <input name="username" type="email" autocomplete="username" required autofocus></label>
<label>${own.password} <input name="password" type="password" autocomplete="current-password" required></label>
${wrong && `<p class="wrong" role="alert">${wrong}</p>`}
<button>${own.button}</button>
<p>${own.hint} <code>${ACCOUNT.username}</code>, <code>${ACCOUNT.password}</code></p>
</form>`;
