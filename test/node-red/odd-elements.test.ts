import { deepEqual } from 'node:assert/strict';
import type { Connection, Lookup } from '../../src/core/connection';
import { type Operation, prepareRequest } from '../../src/core/operation';
import type { Parameters } from '../../src/core/schema/parameters';
import { parseParameters } from '../../src/core/schema/parse';
import { Scope } from '../../src/core/scope';
import { allVendors } from '../kit/all-vendors';
import { FaultServer } from '../kit/fault-server';
import { type Vendor, well } from '../kit/vendor';

/** The file of a config node. */
interface ConfigModule {
  readonly settings: Parameters;
  readonly lookups: Readonly<Record<string, Lookup<Connection>>>;
  connect(options: object): Connection;
}

describe('a response of which one element is not what the vendor promises', () => {
  let server: FaultServer;
  let connection: Connection;
  const scope = new Scope();
  before(async () => {
    server = await FaultServer.start();
  });
  afterEach(() => connection.close());
  after(() => server.close());

  const moduleOf = ({ name }: Vendor, type: unknown) => require(`../../src/vendors/${name}/${type}`) as unknown;
  /** Everybody is let in, and then told the same. */
  const connect = (vendor: Vendor, response: unknown): ConfigModule => {
    server.good = well(vendor, response);
    const { type, id: _, credentials = {}, ...values } = vendor.connection(server.url);
    const module = moduleOf(vendor, type) as ConfigModule;
    const settings = parseParameters(module.settings, values);
    connection = module.connect({ settings, credentials, network: { timeout: 10_000 }, identity: 'x'.repeat(20) });
    return module;
  };

  for (const vendor of allVendors)
    for (const [type, name, values, response, result] of vendor.oddElements ?? [])
      if (type === 'lookup')
        it(`keeps the others in a dropdown: ${vendor.name} ${name}`, async () => {
          const { lookups } = connect(vendor, response);
          const items = await lookups[name]?.(connection, { deployed: undefined, parameters: { ...values }, within: undefined, scope });
          deepEqual(
            items?.map(({ value }) => value),
            result,
          );
        });
      else
        it(`keeps the others, and tells of it: ${type} ${name}`, async () => {
          connect(vendor, response);
          const { operations } = moduleOf(vendor, type) as { operations: readonly Operation[] };
          const operation = operations.find(({ id }) => id === name);
          if (!operation) throw new Error(`${type} has no ${name}`);
          const told: string[] = [];
          const observer = { scope, onWarning: (text: string) => told.push(text) };
          const job = { operation, values: parseParameters(operation.parameters, { ...values }), observer };
          deepEqual((await prepareRequest(connection, job)()).result, result);
          deepEqual([told.length > 0, told.filter((text) => !/ of the response is left out: /.test(text))], [true, []]);
        });
});
