import { equal } from 'node:assert/strict';
import { Scope } from '../../src/core/scope';
import { connect, lookups, test } from '../../src/vendors/lamp/lamp-bridge';
import { FaultServer, respond } from '../kit/fault-server';

describe('lamp-bridge', () => {
  let vendor: FaultServer;
  const scope = new Scope();
  before(async () => {
    vendor = await FaultServer.start();
    vendor.good = respond([{ id: 'a', name: 'Kitchen', state: { level: 0 } }]);
  });
  after(() => Promise.all([scope.end(), vendor.close()]));

  const client = (token?: string) => {
    const settings = { host: '127.0.0.1', port: Number(new URL(vendor.url).port) };
    return connect({ settings, credentials: { token }, network: { timeout: 1000 }, identity: '' });
  };

  it('sends the token, and counts the devices', async () => {
    const connection = client('a-token');
    equal(await test(connection, scope), 'The API answers. Devices: 1.');
    equal(vendor.requests.at(-1)?.headers.authorization, 'Bearer a-token');
    await connection.close();
  });

  it('fills the dropdown of devices', async () => {
    const connection = client();
    const items = await lookups.devices?.(connection, { scope, parameters: {}, deployed: undefined, within: undefined });
    equal(items?.[0]?.label, 'Kitchen');
    equal(vendor.requests.at(-1)?.headers.authorization, undefined);
    await connection.close();
  });
});
