import { doesNotMatch, equal, ok } from 'node:assert/strict';
import * as fc from 'fast-check';
import { redactor, Secrets } from '../../../src/core/http/redact';

/** Every form in which a secret is sent, and may be repeated. */
const forms: Readonly<Record<string, (secret: string) => string>> = {
  'as it is': (secret) => secret,
  'in a path': encodeURIComponent,
  'in a path, in small letters': (secret) => encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
  'in a form': (secret) => new URLSearchParams({ '': secret }).toString().slice(1),
  'in JSON': (secret) => JSON.stringify(secret).slice(1, -1),
  'in JSON of a Python program': (secret) =>
    JSON.stringify(secret)
      .slice(1, -1)
      .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'in JSON of a PHP program': (secret) => JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/'),
  'in JSON in JSON': (secret) => JSON.stringify(JSON.stringify(secret)).slice(3, -3),
  'in base64': (secret) => Buffer.from(secret).toString('base64'),
  'in base64 for URLs': (secret) => Buffer.from(secret).toString('base64url'),
  'in base64 in a form': (secret) => encodeURIComponent(Buffer.from(secret).toString('base64')),
  'in a header, with a user': (secret) => Buffer.from(`me:${secret}`).toString('base64'),
  'in a header, with another user': (secret) => Buffer.from(`you:${secret}`).toString('base64'),
  'in a header, before something': (secret) => Buffer.from(`a:${secret}:b`).toString('base64'),
};

const SECRETS = [
  'secret-word',
  'pässwörd 💡',
  'a+b c&d=e',
  'quo"te\\back/slash',
  "~!*'()",
  '.*+?^$(){}|[]\\',
  'tab\tline\n',
  '~~~???>>>',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl_-',
];

describe('redaction', () => {
  for (const [form, write] of Object.entries(forms))
    it(`finds a secret ${form}`, () => {
      for (const secret of SECRETS) {
        const said = `no access for "${write(secret)}", sorry`;
        const redacted = redactor([secret])(said);
        ok(!redacted.includes(write(secret)), `${said} became ${redacted}`);
        ok(redacted.startsWith('no access for "') && redacted.endsWith('", sorry') && redacted.includes('***'), redacted);
        // Nothing of any length of it is left.
        ok(redacted.length <= 'no access for "***", sorry'.length + 4, redacted);
      }
    });

  it('finds any secret in any of these forms', () => {
    const secret = fc.string({ minLength: 6, maxLength: 20, unit: 'binary' });
    void fc.assert(
      fc.property(secret, fc.constantFrom(...Object.values(forms)), (one, write) => {
        const written = write(one);
        ok(!redactor([one])(`<<${written}>>`).includes(written));
      }),
    );
  });

  it('leaves nothing of a secret that begins with another, and finds the same again', () => {
    equal(redactor(['secret', 'secret-word'])('secret-word secret secret-word'), '*** *** ***');
  });

  it('keeps what is so short that it occurs in ordinary words', () => {
    equal(redactor(['abc', '', undefined])('abc, abcdef'), 'abc, abcdef');
  });

  it('knows the credentials of a connection, and the tokens that it was given last', () => {
    const secrets = new Secrets(['credential', undefined]);
    equal(secrets.redact('credential token-1'), '*** token-1');
    for (let count = 1; count <= 100; count++) secrets.add(undefined, `token-${count}`);
    equal(secrets.redact('credential token-100 token-81'), '*** *** ***');
    equal(secrets.redact('token-7 '), 'token-7 ');
  });

  it('changes nothing where there is no secret', () => {
    equal(redactor([])('all that is said'), 'all that is said');
    equal(redactor([undefined, ''])('all that is said'), 'all that is said');
    equal(redactor(['secret-word'])('all that is said'), 'all that is said');
  });

  it('finds a secret of any length, and any part of it that is long', () => {
    for (const unit of ['aB3+', '/é"', '\u{1f511}']) {
      const secret = Array.from({ length: 10_000 }, (_, index) => `${index}${unit}`).join('');
      const redact = redactor([secret]);
      for (const write of Object.values(forms)) {
        const left = redact(`<${write(secret)}>`);
        ok(left.length < 2000 && !left.includes(unit.repeat(2)), `${unit}: ${left.length}`);
      }
      ok(redact(`<${secret.slice(0, 5000)}`).length < 1500);
    }
  });

  it('takes no longer for long secrets in long texts', () => {
    const secret = 'aB3+'.repeat(1000);
    const text = `${'aB3+'.repeat(999)} `.repeat(10) + secret;
    const began = performance.now();
    doesNotMatch(redactor([secret])(text), /(aB3\+){1000}/);
    ok(performance.now() - began < 5000, `${performance.now() - began} ms`);
  });
});
