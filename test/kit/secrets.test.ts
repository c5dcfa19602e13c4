import { deepEqual, equal, rejects } from 'node:assert/strict';
import { Audit } from './audit';
import { type NodeRed, startNodeRed } from './node-red';
import { assertNoSecrets, findSecrets } from './secrets';

const SECRET = 'hunter/2 & "more"';

describe('kit: secrets', () => {
  let red: NodeRed;
  beforeEach(async () => {
    red = await startNodeRed();
  });

  const open = (behaviour: string, rest: object = {}) =>
    Audit.open(red, { id: 'node', type: 'kit-careless', behaviour, credentials: { password: SECRET }, ...rest });
  const placesOf = async (secrets: string[], things: unknown[] = []) =>
    (await findSecrets(red, secrets, { things })).map((found) => found.split(': ', 1)[0]);

  it('finds none where there is none', async () => {
    const audit = await open('careful');
    await audit.run({ payload: 1 });
    equal(red.node('node').credentials?.password, SECRET);
    await assertNoSecrets(red, [SECRET], { things: [...audit.outputs] });
    await audit.close();
  });

  it('finds one in the log', async () => {
    const audit = await open('logs a secret');
    deepEqual(await placesOf([SECRET]), ['log (warn)']);
    await audit.close();
  });

  it('finds one in a status', async () => {
    const audit = await open('shows a secret');
    deepEqual(await placesOf([SECRET]), ['status of node']);
    await audit.close();
  });

  it('finds one in an error', async () => {
    const audit = await open('throws a secret');
    const { error } = await audit.run({});
    deepEqual(await placesOf([SECRET], [error]), ['given']);
    await audit.close();
  });

  it('finds one that the browser may read', async () => {
    const audit = await open('careful', { credentials: { open: SECRET } });
    deepEqual(await placesOf([SECRET]), ['GET /credentials/kit-careless/node']);
    await audit.close();
  });

  it('finds one in the export', async () => {
    const audit = await open('careful', { token: SECRET });
    deepEqual(await placesOf([SECRET]), ['flows.json', 'GET /flows']);
    await rejects(assertNoSecrets(red, [SECRET]), /flows.json/);
    await audit.close();
  });

  it('finds one that is encoded', async () => {
    const audit = await open('careful');
    const disguises = [encodeURIComponent(SECRET), Buffer.from(SECRET).toString('base64'), JSON.stringify({ SECRET })];
    for (const disguise of disguises) deepEqual(await placesOf([SECRET], [`x${disguise}x`]), ['given']);
    await audit.close();
  });
});
