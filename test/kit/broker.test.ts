import { equal, match, rejects } from 'node:assert/strict';
import { connectAsync } from 'mqtt';
import { brokers, startMosquitto, type TestBroker } from './broker';
import { within } from './within';

const LOGIN = { username: 'kit', password: 'secret' };

for (const [name, start] of Object.entries(brokers))
  describe(`kit: broker ${name}`, () => {
    let broker: TestBroker | undefined;
    afterEach(() => broker?.stop());

    it('carries a message', async () => {
      broker = await start();
      const client = await connectAsync(broker.url);
      const arrived = new Promise<string>((resolve) => client.on('message', (_topic, payload) => resolve(payload.toString())));
      await client.subscribeAsync('kit/+');
      await client.publishAsync('kit/x', 'hello', { qos: 1 });
      equal(await within(20_000, 'no message', arrived), 'hello');
      await client.endAsync();
    });

    it('accepts clients with the password only', async () => {
      broker = await start({ login: LOGIN });
      await (await connectAsync(broker.url, LOGIN)).endAsync();
      for (const wrong of [{}, { ...LOGIN, password: 'guess' }])
        await rejects(connectAsync(broker.url, { ...wrong, reconnectPeriod: 0 }, false), /Not authorized|Bad username or password/i);
    });

    it('comes back where it was', async () => {
      broker = await start();
      const { port } = broker;
      await broker.stop();
      await rejects(connectAsync(broker.url, { reconnectPeriod: 0 }, false));
      broker = await start({ port });
      await (await connectAsync(broker.url)).endAsync();
    });

    it('says why it cannot start', async () => {
      broker = await start();
      const error = await start({ port: broker.port }).catch((thrown: Error) => thrown);
      match(String(error), /already in use|EADDRINUSE/);
    });
  });

if (!('mosquitto' in brokers)) it.skip('kit: broker mosquitto (not installed)', () => startMosquitto());
