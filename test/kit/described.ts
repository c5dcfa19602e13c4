import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation } from '../../src/core/operation';
import type { Parameter, Parameters } from '../../src/core/schema/parameters';
import type { Vendor } from './vendor';

interface Module {
  readonly operations?: readonly Operation[];
  readonly settings?: Parameters;
  readonly credentials?: Parameters;
}

export interface DescribedParameter {
  /** File, operation and parameter. */
  readonly where: string;
  readonly name: string;
  readonly parameter: Parameter<unknown>;
}

const NODES = join(__dirname, '../../nodes');
const VENDORS = join(__dirname, '../../src/vendors');

/** What the vendor's code says of each of its nodes: the file of a node has the node's name on both floors. */
function nodesOf(vendor: string): { readonly type: string; readonly module: Module }[] {
  const files = readdirSync(join(VENDORS, vendor)).filter((file) => file.endsWith('.js') && existsSync(join(NODES, vendor, file)));
  return files.map((file) => ({ type: file.replace('.js', ''), module: require(join(VENDORS, vendor, file)) as Module }));
}

/** Every parameter of every operation, and every setting of every node, of all vendors. */
export function allParameters(): DescribedParameter[] {
  const described = readdirSync(VENDORS)
    .flatMap(nodesOf)
    .flatMap(({ type, module: { operations = [], settings = {} } }) => [
      ...operations.map(({ id, parameters }) => ({ where: `${type} ${id}`, parameters })),
      { where: type, parameters: settings },
    ]);
  return described.flatMap(({ where, parameters }) =>
    Object.entries(parameters).map(([name, parameter]) => ({
      where: `${where} ${name}`,
      name,
      parameter: parameter as Parameter<unknown>,
    })),
  );
}

/** What the vendor's code says of an operation. */
export const operationOf = (vendor: string, type: string, operation: string): Operation | undefined =>
  nodesOf(vendor)
    .find((node) => node.type === type)
    ?.module.operations?.find(({ id }) => id === operation);

/** Operations and event nodes of a vendor that its tables would pass over, each with what to do. */
export function missingExamples({ name, examples, deployed }: Vendor): string[] {
  return nodesOf(name).flatMap(({ type, module: { operations, credentials } }) => {
    const isDeployed = operations || credentials || deployed.nodes.some((node) => node.type === type);
    const without = (operations ?? []).filter(({ id }) => !examples.some((example) => example.type === type && example.operation === id));
    return [
      ...without.map(({ id }) => `test/${name}/vendor.ts has no example of ${type} ${id}: how it is asked for and answered`),
      ...(isDeployed ? [] : [`test/${name}/vendor.ts: the event node ${type} is missing in deployed.nodes`]),
    ];
  });
}
