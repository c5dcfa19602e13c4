import { deepEqual, equal, ok } from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { LANGUAGES, languagesOf } from './kit/languages';
import { ROOT } from './kit/root';
import { filesOf, functionsOf, importsOf, type Measured, textOf } from './kit/source';

const pkg = JSON.parse(textOf('package.json')) as {
  dependencies: Record<string, string>;
  'node-red': { nodes: Record<string, string>; plugins: Record<string, string> };
};
const types = Object.keys(pkg['node-red'].nodes);
/** The vendors that speak every language of the package. A new one may begin with English alone. */
const TRANSLATED = ['ensemble', 'sonata', 'thingsee', 'thingsquare', 'turn', 'twinkly'];

/** The floors, and what each may stand on; a floor always may on itself. */
const FLOORS: Readonly<Record<string, readonly string[]>> = {
  nodes: ['src/node-red', 'src/vendors', 'src/simulators'],
  'src/node-red': ['src/core'],
  'src/vendors': ['src/core'],
  'src/core': [],
  'src/simulators': [],
  // Shares the rules for values with the runtime.
  'src/editor': ['src/core'],
};
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'src/core': ['undici', 'zod', 'eventsource', 'mqtt'],
  'src/vendors': ['zod', 'tough-cookie'],
  'src/simulators': ['aedes'],
};

const floorOf = (file: string): string => Object.keys(FLOORS).find((floor) => file.startsWith(`${floor}/`)) ?? file;
const sources = [...filesOf('nodes', '.ts'), ...filesOf('src', '.ts')];

describe('architecture', () => {
  describe('imports', () => {
    const inside = sources.flatMap((file) =>
      importsOf(file)
        .filter((path) => path.startsWith('.'))
        .map((path) => ({ file, to: normalize(join(dirname(file), path)) })),
    );
    const outside = sources.flatMap((file) =>
      importsOf(file)
        .filter((path) => !path.startsWith('.') && !path.startsWith('node:'))
        .map((path) => ({ file, name: path.split('/', path.startsWith('@') ? 2 : 1).join('/') })),
    );

    it('go down only, floor by floor', () => {
      ok(inside.length > 100, `only ${inside.length} imports found`);
      const up = inside.filter(({ file, to }) => {
        const [from, below] = [floorOf(file), floorOf(to)];
        return from !== below && !FLOORS[from]?.includes(below);
      });
      deepEqual(up, []);
      equal(new Set(inside.map(({ file }) => floorOf(file))).size, Object.keys(FLOORS).length);
    });

    it('form no circle, types and deferred requires counted', () => {
      const files = new Map<string, string[]>();
      for (const { file, to } of inside) {
        const target = [`${to}.ts`, join(to, 'index.ts'), to].find((path) => existsSync(join(ROOT, path)) && path.includes('.'));
        if (target) files.set(file, [...(files.get(file) ?? []), target]);
      }
      ok(files.size > 100, `only ${files.size} files found`);
      deepEqual(circleIn(files), []);
      deepEqual(circleIn(new Map([...files, ['src/core/errors.ts', ['src/core/operation.ts']]])).length > 1, true);
    });

    it('stay within one vendor', () => {
      // The other folders of the simulators are shared by them.
      const vendors = readdirSync(join(ROOT, 'src/vendors'));
      const vendorOf = (file: string) => {
        const [, floor, folder = ''] = /^(?:src\/)?(nodes|vendors|simulators)\/([^/.]+)\//.exec(file) ?? [];
        return floor !== 'simulators' || vendors.includes(folder) ? folder : '';
      };
      const ofVendors = inside.filter(({ file }) => vendorOf(file));
      ok(ofVendors.length > 20, `only ${ofVendors.length} imports found`);
      deepEqual(
        ofVendors.filter(({ file, to }) => vendorOf(to) && vendorOf(to) !== vendorOf(file)),
        [],
      );
    });

    it('take each library on its floor only, and none that is not declared', () => {
      ok(outside.length >= 5, `only ${outside.length} imports found`);
      deepEqual(
        outside.filter(({ file, name }) => !PACKAGES[floorOf(file)]?.includes(name) || !(name in pkg.dependencies)),
        [],
      );
    });

    it('bring in at most six libraries, each of which is used', () => {
      const declared = Object.keys(pkg.dependencies).sort();
      ok(declared.length <= 6, declared.join());
      deepEqual([...new Set(outside.map(({ name }) => name))].sort(), declared);
    });
  });

  describe('one word for each node', () => {
    it('is checked for every declared node', () => ok(types.length >= 4));

    for (const type of types) {
      const js = pkg['node-red'].nodes[type] ?? '';
      const folder = dirname(js.replace('dist/', ''));

      it(`${type}: set, files and panel`, () => {
        equal(js, `dist/nodes/${basename(folder)}/${type}.js`, `package.json: node-red.nodes["${type}"] must end with /${type}.js`);
        for (const ending of ['ts', 'html']) present(`${folder}/${type}.${ending}`, `package.json declares node ${type}`);
        present(`test/nodes/${type}_spec.ts`, `package.json declares node ${type}`);
        const panel = textOf(join(folder, `${type}.html`));
        deepEqual(
          [...panel.matchAll(/registerType\('([^']+)', ?\{/g)].map(([, name]) => name),
          [type],
        );
        deepEqual(
          [...panel.matchAll(/data-template-name="([^"]+)"/g)].map(([, name]) => name),
          [type],
        );
        const [, icon] = /^\s*icon: '([^']+)'/m.exec(panel) ?? [];
        if (icon?.endsWith('.svg')) present(`icons/${icon}`, `it is the icon of node ${type}`);
        // What the build copies beside the node.
        if (icon?.endsWith('.svg'))
          ok(icon.startsWith(basename(folder)), `${icon} must begin with ${basename(folder)}, the folder of ${type}`);
      });
    }

    it('each node has an icon of its own, as Node-RED wants it: white on nothing, two to three', () => {
      const panels = types.map((type) => textOf((pkg['node-red'].nodes[type] ?? '').replace('dist/', '').replace(/js$/, 'html')));
      const icons = panels.flatMap((panel) => /^\s*icon: '([^']+)'/m.exec(panel)?.[1] ?? []);
      // A new vendor begins with one for all its nodes.
      const hasOne = (icon: string) =>
        filesOf('icons', '.svg').filter((file) => file.startsWith(`icons/${icon.split(/[-.]/)[0]}`)).length === 1;
      deepEqual(
        icons.filter((icon, index) => icons.indexOf(icon) !== index && !hasOne(icon)),
        [],
      );
      for (const icon of filesOf('icons', '.svg')) {
        const text = textOf(icon);
        ok(text.includes('width="40" height="60" viewBox="0 0 40 60"'), icon);
        deepEqual(new Set(text.match(/#[0-9a-f]{3,}/gi)), new Set(['#fff']), icon);
      }
    });

    for (const folder of new Set(filesOf('nodes', '.json').map((file) => file.split('/')[1] ?? '')))
      for (const language of TRANSLATED.includes(folder) ? LANGUAGES : languagesOf(folder))
        it(`${folder}: texts and help of each node in ${language}`, () => {
          const places = { ...pkg['node-red'].nodes, ...pkg['node-red'].plugins };
          const declared = Object.keys(places).filter((type) => places[type]?.startsWith(`dist/nodes/${folder}/`));
          const [catalogue, help] = ['json', 'html'].map((ending) => `nodes/${folder}/locales/${language}.${ending}`) as [string, string];
          deepEqual(Object.keys(JSON.parse(textOf(catalogue)) as object).sort(), declared.sort(), catalogue);
          deepEqual(
            [...textOf(help).matchAll(/data-help-name="([^"]+)"/g)].map(([, name]) => name).sort(),
            declared.filter((type) => types.includes(type)),
            help,
          );
        });

    it('has no file of a node that is not declared', () => {
      const declared = [...types, ...Object.keys(pkg['node-red'].plugins)];
      const files = filesOf('nodes', '.ts').filter((file) => !declared.includes(basename(file, '.ts')));
      deepEqual(
        files.map((file) => `package.json: node-red.nodes does not declare ${file}`),
        [],
      );
    });
  });

  describe('each vendor with operations', () => {
    const vendors = sources.flatMap((file) => (/^export const operations\b/m.test(textOf(file)) ? (file.split('/')[2] ?? '') : []));
    for (const vendor of new Set(vendors))
      it(`${vendor} goes through the tables of faults, leaks and dialogs`, () => {
        present(`test/${vendor}/vendor.ts`, `it describes ${vendor} to the tables`);
        present(`test/${vendor}/vendor.test.ts`, `it runs ${vendor} through the tables`);
      });
  });

  describe('Node-RED', () => {
    const usesOf = (text: string) => [...text.matchAll(/\bRED\.\w+/g)].map(([found]) => found);

    it('is used by its own floor only', () => {
      const others = sources.filter((file) => !['src/node-red', 'src/editor'].includes(floorOf(file)));
      ok(others.length > 100, `only ${others.length} files found`);
      deepEqual(
        others.flatMap((file) => usesOf(textOf(file)).map((use) => `${file}: ${use}`)),
        [],
      );
      ok(usesOf(textOf('src/node-red/event-node.ts')).includes('RED.nodes'));
    });
  });

  describe('code', () => {
    const own = [...sources, ...filesOf('test', '.ts'), ...filesOf('bench', '.ts', '.mjs'), ...filesOf('scripts', '.mjs', '.cjs')];

    it('spreads no list of unknown length into a call, which throws where it is long', () => {
      const spreads = sources
        .filter((file) => !/^src\/(editor|simulators\/(.+\/)?page)\//.test(file))
        .flatMap((file) =>
          [
            ...textOf(file).matchAll(/(?:Math\.(?:min|max)|\.(?:push|unshift|concat|fromCharCode))\((?:[^(){}[\]]|\([^()]*\))*?\.\.\./g),
          ].map(([found]) => `${file}: ${found}`),
        );
      deepEqual(spreads, []);
    });

    it('suppresses no check', () => {
      // Put together, so that this file does not find itself.
      const suppression = new RegExp(`biome-${'ignore'}|@ts-${'(ignore|expect-error|nocheck)'}|eslint-${'disable'}`);
      ok(own.length > 100, `only ${own.length} files found`);
      deepEqual(
        own.filter((file) => suppression.test(textOf(file))),
        [],
      );
    });

    it('is short in its files', () =>
      mostly(
        'file',
        300,
        sources.map((file) => ({ name: file, lines: textOf(file).trimEnd().split('\n').length })),
      ));

    it('is short in its functions', () => mostly('function', 40, sources.flatMap(functionsOf)));
  });
});

const present = (file: string, why: string): void => ok(existsSync(join(ROOT, file)), `${file} is missing: ${why}`);

/** The files of the first circle that is found; none where there is none. */
function circleIn(imports: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const free = new Set<string>();
  const search = (file: string, path: readonly string[]): readonly string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (free.has(file)) return [];
    for (const to of imports.get(file) ?? []) {
      const circle = search(to, [...path, file]);
      if (circle.length > 0) return circle;
    }
    free.add(file);
    return [];
  };
  for (const file of imports.keys()) {
    const circle = search(file, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

function mostly(what: string, limit: number, measured: readonly Measured[]): void {
  ok(measured.length > 50, `only ${measured.length} found`);
  const sorted = measured.toSorted((one, other) => other.lines - one.lines);
  const [longest, middle] = [sorted[0], sorted[Math.floor(sorted.length / 2)]];
  console.log(`      longest ${what}: ${longest?.name}, ${longest?.lines} lines (of ${sorted.length}; median ${middle?.lines})`);
  deepEqual(
    sorted.filter(({ lines }) => lines > limit),
    [],
  );
}
