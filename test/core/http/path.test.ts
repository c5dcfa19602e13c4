import { equal, throws } from 'node:assert/strict';
import * as fc from 'fast-check';
import { segment, segments } from '../../../src/core/http/path';

const refused = (make: () => unknown) => throws(make, { code: 'INVALID_INPUT', message: /^thing must be/ });

describe('the path of a request', () => {
  it('has each id as one segment, which every reader decodes to the same', () => {
    void fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (id) => {
        fc.pre(id !== '.' && id !== '..');
        const path = `/things/${segment('thing', id)}/messages`;
        const read = new URL(`http://host${path}`).pathname;
        equal(read, path);
        const [, , middle = '', ...rest] = read.split('/');
        equal(decodeURIComponent(middle), id);
        equal(rest.join(), 'messages');
      }),
    );
    for (const id of ['%2e', '%2E%2e', '.%2e', '...', 'a/../b', '..\\..', '?x#y', ' ', 'ü', '💡', ';', '%00'])
      equal(new URL(`http://host/a/${segment('thing', id)}`).pathname, `/a/${encodeURIComponent(id)}`);
  });

  it('refuses what would lead elsewhere, and what is no text', () => {
    for (const id of ['', '.', '..', '\ud800', 'a\udc00b']) refused(() => segment('thing', id));
  });

  it('keeps the slashes of names that have some, and leads nowhere else either', () => {
    equal(segments('thing', '2016/a b/client.signed'), '2016/a%20b/client.signed');
    for (const id of ['..', 'a/..', './a', 'a/../../b', 'a//b', '/a', 'a/', '']) refused(() => segments('thing', id));
  });
});
