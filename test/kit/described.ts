import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation } from '../../src/core/operation';
import type { Parameter, Parameters } from '../../src/core/schema/parameters';

interface Module {
  readonly operations?: readonly Operation[];
  readonly settings?: Parameters;
}

export interface Described {
  /** File, operation and parameter. */
  readonly where: string;
  readonly name: string;
  readonly parameter: Parameter<unknown>;
}

/** Every parameter of every operation, and every setting of every node, of all vendors. */
export function allParameters(): Described[] {
  const vendors = join(__dirname, '../../src/vendors');
  const modules = readdirSync(vendors).flatMap((vendor) =>
    readdirSync(join(vendors, vendor))
      .filter((file) => /^(thing|twinkly|turn|sonata)\w*-.*\.js$/.test(file))
      .map((file) => ({ file, module: require(join(vendors, vendor, file)) as Module })),
  );
  const described = modules.flatMap(({ file, module: { operations = [], settings = {} } }) => [
    ...operations.map(({ id, parameters }) => ({ where: `${file} ${id}`, parameters })),
    { where: file, parameters: settings },
  ]);
  return described.flatMap(({ where, parameters }) =>
    Object.entries(parameters).map(([name, parameter]) => ({
      where: `${where} ${name}`,
      name,
      parameter: parameter as Parameter<unknown>,
    })),
  );
}
