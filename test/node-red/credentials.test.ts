import { throws } from 'node:assert/strict';
import { integer, optional, secret } from '../../src/core/schema/parameters';
import { ConnectionOwner } from '../../src/node-red/connection-owner';

describe('the credentials of a config node', () => {
  const face = { label: '', help: '' };
  const definition = {
    type: 'kit-connection',
    credentials: ['key', 'pin'],
    reach: 'lan',
    load: () => ({
      settings: { level: optional(integer(face)) },
      credentials: {
        key: secret({ ...face, pattern: '^[a-z]+$', expected: 'small letters' }),
        pin: optional(integer({ ...face, min: 1000 })),
      },
      connect: () => {
        throw new Error('not reached');
      },
      test: async () => '',
      lookups: {},
    }),
  } as const;
  const told = (config: object, credentials: object, message: string) =>
    throws(() => new ConnectionOwner({} as never, definition, { id: 'id', ...config }, { ...credentials }, {} as never).options(), {
      code: 'NOT_CONFIGURED',
      message,
    });

  it('stand in no error, whatever rule they break; settings do', () => {
    told({}, { key: 'HUSH' }, 'key must be small letters');
    told({}, { key: 'hush', pin: 'HUSH' }, 'pin must be a whole number of at least 1000');
    told({ level: 'high' }, { key: 'HUSH' }, 'level must be a whole number, not "high"');
  });
});
