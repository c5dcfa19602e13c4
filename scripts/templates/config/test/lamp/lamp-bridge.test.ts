import { equal } from 'node:assert/strict';
import { Scope } from '../../src/core/scope';
import { connect, lookups } from '../../src/vendors/lamp/lamp-bridge';
import { FaultServer, respond } from '../kit/fault-server';

describe('lamp-bridge', () => {
  let vendor: FaultServer;
  const scope = new Scope();
  before(async () => {
    vendor = await FaultServer.start();
    vendor.good = respond([{ id: 'a', name: 'Kitchen', state: { level: 0 } }]);
  });
  after(() => Promise.all([scope.end(), vendor.close()]));

  it('fills the dropdown of devices', async () => {
    const settings = { host: '127.0.0.1', port: Number(new URL(vendor.url).port) };
    const connection = connect({ settings, credentials: { token: undefined }, network: { timeout: 1000 }, identity: '' });
    const items = await lookups.devices?.(connection, { scope, parameters: {}, deployed: undefined, within: undefined });
    equal(items?.[0]?.label, 'Kitchen');
    equal(vendor.requests.at(-1)?.headers.authorization, undefined);
    await connection.close();
  });
});
