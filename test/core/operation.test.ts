import { deepEqual, equal, rejects } from 'node:assert/strict';
import type { Connection } from '../../src/core/connection';
import { EnsembleError, NOT_IN_PANELS } from '../../src/core/errors';
import { mayTryAgain, type Operation, operation, prepareRequest } from '../../src/core/operation';
import { Scope } from '../../src/core/scope';

const response = { statusCode: 200, contentType: '', date: undefined, cookies: [], body: Buffer.alloc(0) };
const failure = (more: object) => Object.assign(new EnsembleError('UNREACHABLE', 'down', NOT_IN_PANELS), more);
const unsent = failure({ unsent: true });

/** What an operation that sends these requests one after the other may do after its error; what is thrown is what the connection says. */
async function afterwards(repeatable: boolean, says: readonly (EnsembleError | 'ok')[], reads: readonly number[] = []): Promise<boolean> {
  const answers = [...says];
  const connection = {
    send: () => {
      const said = answers.shift();
      return said instanceof EnsembleError ? Promise.reject(said) : Promise.resolve(response);
    },
  } as unknown as Connection;
  const several = operation<Connection>()({
    id: 'several',
    label: '',
    help: '',
    parameters: {},
    repeatable,
    target: () => 'x',
    async run(_values, { send }) {
      for (const [index] of says.entries())
        await send({ method: 'POST', path: '/' }, reads.includes(index) ? { repeatable: true } : undefined);
      return { result: undefined, statusCode: 200 };
    },
  }) as Operation;
  const perform = prepareRequest(connection, { operation: several, values: {}, observer: { scope: new Scope() } });
  let error: EnsembleError | undefined;
  await rejects(perform(), (thrown: EnsembleError) => {
    error = thrown;
    return true;
  });
  return mayTryAgain(several, error as EnsembleError);
}

describe('whether an operation may be tried again', () => {
  it('that does harm when it is repeated: only where no request of it has left', async () => {
    equal(await afterwards(false, [unsent]), true);
    equal(await afterwards(false, [failure({})]), false);
    equal(await afterwards(false, ['ok', unsent]), false);
    // The first was a read.
    equal(await afterwards(false, ['ok', unsent], [0]), true);
    equal(await afterwards(false, ['ok', 'ok', unsent], [0]), false);
    // A read before it has failed.
    equal(await afterwards(false, [failure({})], [0]), true);
    equal(await afterwards(false, ['ok', failure({})], [1]), false);
  });

  it('that may be repeated: always, but for what has begun', async () => {
    equal(await afterwards(true, ['ok', failure({})]), true);
    equal(await afterwards(true, ['ok', failure({ begun: true })]), false);
  });

  it('whose result the flow has in part: not, for it would get that part twice', async () => {
    const read = operation<Connection>()({
      id: 'read',
      label: '',
      help: '',
      parameters: {},
      repeatable: true,
      target: () => 'x',
      async run(_values, { part }) {
        part({ result: [1], statusCode: 200 });
        throw failure({});
      },
    }) as Operation;
    const perform = prepareRequest({} as Connection, { operation: read, values: {}, observer: { scope: new Scope() }, onPart: () => {} });
    await rejects(perform(), (error: EnsembleError) => !mayTryAgain(read, error));
  });

  it('leaves an error alone that others have got, too', async () => {
    const shared = failure({ unsent: true });
    deepEqual(await Promise.all([afterwards(false, ['ok', shared]), afterwards(false, [shared])]), [false, true]);
  });
});
