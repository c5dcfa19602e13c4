import { deepEqual, equal, ok } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import '../kit/once';
import type { Operation } from '../../src/core/operation';
import type { Parameter, Parameters } from '../../src/core/schema/parameters';
import { isGiven, misfit, parseParameters, parseSettings } from '../../src/core/schema/parse';
import { declaredNodes } from '../kit/panel';
import { ROOT } from '../kit/root';
import { leastNode, refusals } from '../kit/schemas';
import { str } from '../kit/typed-input';

interface Described {
  readonly operations?: readonly Operation[];
  readonly settings?: Parameters;
}

const flat = (level: number, count: number) => Array(count).fill(level) as number[];
const rows = (level: number) => Array(10).fill(flat(level, 10)) as number[][];
const NUMBERS = [
  0, 1, 2, 3, 15, 16, 59, 60, 99, 100, 101, 255, 256, 359, 360, 361, 999, 1000, 3599, 3600, 3601, 32_768, 65_535, 65_536, 70_000,
];
const LARGE = [
  86_399, 86_400, 86_401, 99_999, 100_000, 100_001, 600_000, 600_001, 1_000_000, 1_000_001, 2_147_483_647, 2_147_483_648, 4_294_967_295,
];

/** Values as a flow or a message may bring them, right for some parameters and wrong for others. */
const VALUES: readonly unknown[] = [
  ...[...NUMBERS, ...LARGE].flatMap((number) => [
    number,
    -number,
    number + 0.5,
    String(number),
    ` ${number} `,
    `${number}.0`,
    `0${number}`,
    `+${number}`,
    `-${number}`,
    `${number}.5`,
  ]),
  ...['1e2', '6e4', '7e4', '1e99', '-1e2', '1e', 'e5', '0x10', '0xffff', '0xFFfe', '0x10000', '0b11', '0b2', '0o17', '0o8', '-0x1'],
  ...['.5', '5.', '5.5.5', '--5', '1 2', '٣', 'NaN', 'Infinity', ' '],
  ...['', null, true, false, 'true', 'false', 'True', '1', '0', 'yes', 'abc', 'a b', '.', '..', '...', 'a/b', 'a,b', 'ä', '🙂'],
  ...[
    'both',
    'mqtt',
    'object',
    'd',
    'login',
    'all',
    'new',
    'color',
    'light/1/1',
    'light/1',
    'LIGHT',
    '1/3',
    'alerts',
    'unassigned',
    'TSPR01',
  ],
  ...[
    'https://a.example',
    'http://10.0.0.1:80/x',
    'HTTP://A',
    'mqtt://b:1883',
    'mqtts://b',
    'ftp://a',
    'https:a.example',
    ' http://a ',
    '//a',
  ],
  ...['192.168.1.4', '[::1]', '::1', 'a.local', '192.168.001.4', 'a:80', 'a/b', 'user@a', '1.2.3', '1.2.3.256', '255.255.255.255'],
  ...['a.5', '5.a', 'a.b.', '1.2.3.4.', 'turn_2', 'a..b', 'A1', '2130706433', 'a%41', '[a]', '[]', 'a\\b', 'a|b', 'http://', 'http:///a'],
  ...[
    'http://1.2.3',
    'http://a:0',
    'http://a:65535',
    'http://a:65536',
    'http://a:',
    'http://a/?b',
    'http://a#b',
    'http://u:p@a',
    'http://a b',
  ],
  ...['HTTPS:\\\\a\\b', 'mqtt:b', 'mqtt://', 'mqtts://b:8883/x', 'mqtt://1.2.3.4', 'https://[::1]:443/a/b/', 'https://a/@b'],
  ...['1/1', '3/3', '4/3', '10/9', '9/10', '128/1024', '0/3', '1/10000', 's', 'meta', 'login', 'token', 'custom', 'channel', 'webhook'],
  ...[
    '#ff0000',
    'ff0000',
    ' #FF0000 ',
    '#ff00',
    '100000',
    'red',
    '[1,2,3]',
    '{"r":1,"g":2,"b":3}',
    '{}',
    '{"a":1}',
    '[{"a":1}]',
    '[',
    'null',
  ],
  ...[[], [1], ['a', 2], ['a', ''], ['..'], [true], [1, 2, 3], [1, 2, 256], ['1', '2', '3'], [[1]], [{}], [{ a: 1 }, { b: 2 }], [1, {}]],
  ...[{}, { a: 1 }, { r: 1, g: 2, b: 3 }, { r: '1', g: '2', b: '3' }, { h: 360, s: 100, v: 0.5 }, { h: 361, s: 1, v: 1 }, { r: 1, g: 2 }],
  ...[0, 15, 16].flatMap((level) => [
    flat(level, 100),
    flat(level, 96),
    flat(level, 99),
    rows(level),
    JSON.stringify(flat(level, 100)),
    JSON.stringify(rows(level), null, 1),
  ]),
  ...[flat(0.5, 100), [...rows(1), flat(1, 10)], rows(1).slice(1), JSON.stringify(flat(1, 96)), `${JSON.stringify(flat(1, 100))},`],
];

/** Kinds whose schema says exactly what the node takes. Of the others it lets some values through that the node refuses. */
const EXACT = ['integer', 'number', 'port', 'boolean', 'choice', 'scalar', 'grid', 'text', 'host', 'address'];
/** A value in a message: where there is none, the node may have one. */
const takes = (parameter: Parameter<unknown>, value: unknown) => !isGiven(parameter, value) || misfit(parameter, value) === undefined;

function accepts(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
const short = (value: unknown) => JSON.stringify(value)?.slice(0, 60);

/** Digits that are hexadecimal or Arabic, which URLs read as an IP address, are a name for the schema. */
const isOddAddress = ({ kind }: Parameter<unknown>, value: unknown) => kind === 'host' && /^(0x|٣)/.test(String(value));

/** A text that the parameter takes. */
function fitting(parameter: Parameter<unknown>): string {
  if (parameter.kind === 'choice') return parameter.options?.[0] as string;
  const found = VALUES.find((value) => typeof value === 'string' && value !== '' && misfit(parameter, value) === undefined);
  ok(found !== undefined, `no value for ${parameter.label}`);
  return found as string;
}

/** In which ways the schema and the node differ in the values of a parameter. */
function differences(
  parameter: Parameter<unknown>,
  refused: (value: unknown) => boolean,
  isTaken = (value: unknown) => takes(parameter, value),
): string[] {
  return VALUES.flatMap((value) => {
    const [taken, isRefused] = [isTaken(value), refused(value)];
    if (taken && isRefused) return [`refuses ${short(value)}`];
    return !taken && !isRefused && EXACT.includes(parameter.kind) && !isOddAddress(parameter, value) ? [`accepts ${short(value)}`] : [];
  });
}

describe('a JSON Schema and its node agree in what they take', () => {
  for (const [type, file] of declaredNodes) {
    const module = join(ROOT, file.replace('dist/nodes', 'dist/src/vendors'));
    if (!existsSync(module)) continue;
    const { operations = [], settings = {} } = require(module) as Described;

    for (const { id: operation, parameters } of operations)
      it(`of ${type} ${operation}, in a message`, () => {
        for (const [name, parameter] of Object.entries(parameters)) {
          const refused = (value: unknown) => refusals(type, 'input', { operation, parameters: { [name]: value } }).length > 0;
          deepEqual(differences(parameter, refused), [], name);
        }
      });

    for (const operation of operations.filter(({ parameters }) => Object.keys(parameters).length > 0))
      it(`of ${type} ${operation.id}, in what it needs`, () => {
        const all = Object.fromEntries(Object.entries(operation.parameters).map(([name, parameter]) => [name, fitting(parameter)]));
        const pairs = Object.entries(operation.parameters).flatMap(([name, { alternative }]) => (alternative ? [[name, alternative]] : []));
        const filled = Object.fromEntries(Object.entries(all).filter(([name]) => pairs.every(([, alternative]) => alternative !== name)));
        const refused = (parameters: object) =>
          refusals(type, 'settings', { ...leastNode(type), operation: operation.id, parameters }).length > 0;
        const inputs = Object.fromEntries(Object.entries(filled).map(([name, value]) => [name, str(value)]));
        equal(refused(inputs), false);
        for (const [name = '', alternative = ''] of pairs) {
          const other = { [alternative]: all[alternative] };
          const { [name]: _instead, ...rest } = filled;
          for (const given of [
            { ...filled, ...other },
            { ...rest, ...other },
          ]) {
            const typed = Object.fromEntries(Object.entries(given).map(([one, value]) => [one, str(String(value))]));
            equal(refused(typed), !accepts(() => parseParameters(operation.parameters, given)), Object.keys(given).join());
          }
        }
        for (const name of Object.keys(inputs)) {
          const { [name]: _without, ...others } = filled;
          const { [name]: _empty, ...otherInputs } = inputs;
          const isMissed = !accepts(() => parseParameters(operation.parameters, others));
          equal(refused(otherInputs), isMissed, name);
          const isMissedEmpty = !accepts(() => parseParameters(operation.parameters, { ...others, [name]: '' }));
          equal(refused({ ...otherInputs, [name]: str('') }), isMissedEmpty, name);
          equal(refused({ ...otherInputs, [name]: { type: 'msg', value: '' } }), isMissed, name);
        }
      });

    if (Object.keys(settings).length > 0) {
      const least = leastNode(type) as Readonly<Record<string, unknown>>;
      const isRefused = (more: object) => refusals(type, 'settings', { ...least, operation: '', ...more }).length > 0;
      const isTaken = (more: object) => accepts(() => parseSettings(settings, { ...least, ...more }));

      it(`of ${type}, in its settings`, () => {
        // Of two that do as well, the node itself says that both are missing.
        const eithers = Object.entries(settings).flatMap(([name, { orElse }]) => (orElse ? [name, orElse] : []));
        const isFilled = (name: string) => settings[name]?.needed || eithers.includes(name);
        const filled = Object.fromEntries(
          Object.entries(settings).flatMap(([name, parameter]) => (isFilled(name) ? [[name, fitting(parameter)]] : [])),
        );
        for (const [name, parameter] of Object.entries(settings)) {
          const within = (value: unknown) => ({ ...filled, [name]: value });
          deepEqual(
            differences(
              parameter,
              (value) => isRefused(within(value)),
              (value) => isTaken(within(value)),
            ),
            [],
            name,
          );
        }
      });

      it(`of ${type}, in the settings that it needs`, () => {
        for (const [name, { options = [] }] of Object.entries(settings))
          for (const option of [...options, '', undefined])
            for (const [other, parameter] of Object.entries(settings).filter(([, { needed, required }]) => needed || required))
              for (const value of [fitting(parameter), '', null, undefined]) {
                const more = { [name]: option, [other]: value };
                equal(isRefused(more), !isTaken(more), JSON.stringify(more));
              }
      });
    }
  }

  it('is tried with values of every kind', () => ok(VALUES.length > 400, String(VALUES.length)));
});
