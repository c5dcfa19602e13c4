import { deepEqual, equal, ok } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { EnsembleError, NOT_IN_PANELS } from '../../src/core/errors';
import type { StreamState } from '../../src/core/follow/events';
import { StatusTranslator } from '../../src/core/status-text';
import type { Red } from '../../src/node-red/red';
import { type ActionEvidence, Statuses } from '../../src/node-red/status';
import { ROOT } from '../kit/root';

interface Catalogue {
  readonly status?: Readonly<Record<string, string>>;
  readonly operations?: Readonly<Record<string, { readonly label: string }>>;
}
type Catalogues = Readonly<Record<string, Catalogue>>;

const LOCALES = join(ROOT, 'dist/nodes/ensemble/locales');
const cataloguesOf = (language: string): Catalogues => JSON.parse(readFileSync(join(LOCALES, language, 'ensemble-editor.json'), 'utf8'));
const languages = readdirSync(LOCALES);
const catalogues = new Map(languages.map((language) => [language, cataloguesOf(language)]));

/** A Node-RED that speaks a language. */
const speaking = (language: string): Red => {
  const say = (key: string, values: Record<string, unknown>) => {
    const place = key.replace(/^.*:/, '').split('.');
    const text = place.reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], catalogues.get(language));
    return String(text ?? values.defaultValue).replace(/__(\w+?)__/g, (_, name) => String(values[name]));
  };
  return { _: say } as unknown as Red;
};

const iso = (time: number): string => new Date(time).toISOString();
const plain = {
  number: String,
  percent: (value: number) => `${Math.round(value * 100)} %`,
  date: (time: number) => iso(time).slice(0, 10),
  moment: (time: number) => iso(time).slice(0, 16).replace('T', ' '),
};

const wordsOf = (language: string, type: string) => {
  const { 'ensemble-editor': shared, [type]: own } = catalogues.get(language) ?? {};
  const labels = Object.entries(own?.operations ?? {}).map(([id, { label }]) => [id, label]);
  return { texts: shared?.status ?? {}, labels: Object.fromEntries(labels) };
};
const translator = (from: string, to: string, type: string) => new StatusTranslator(wordsOf(from, type), wordsOf(to, type), plain);

const error = (code: EnsembleError['code'], needsSignIn = false) =>
  Object.assign(new EnsembleError(code, 'as flows get it', NOT_IN_PANELS), { needsSignIn });
const errors = fc.oneof(
  fc.constantFrom('UNREACHABLE', 'VENDOR_ERROR', 'INVALID_INPUT', 'TIMEOUT', 'BUSY', 'NOT_FOUND').map((code) => error(code as never)),
  fc.constant(error('UNAUTHORIZED', true)),
);
const failures = fc.record({ first: errors, count: fc.integer({ min: 1, max: 40 }), of: fc.integer({ min: 40, max: 1200 }) });
const last = fc.record({
  at: fc.constantFrom(Date.now(), new Date(2026, 1, 3, 4, 5).getTime(), new Date(2026, 1, 3).getTime()),
  outcome: fc.oneof(fc.constantFrom('done' as const, 'sent' as const), errors, failures),
});
/** Seconds, in the middle between two that would be shown. */
const pauses = fc.constantFrom(1, 4, 20, 900, 4000).map((seconds) => performance.now() + seconds * 1000 + 200);
const kept = fc.record({
  count: fc.integer({ min: 1, max: 5000 }),
  since: last.map(({ at }) => at),
  error: errors,
  next: fc.option(pauses, { nil: undefined }),
});
const progress = fc.constantFrom('', '3', '1234', '3/40', '40 %', '⏳ 20 s', '🔗 5 s', 'step');
const waiting = fc.integer({ min: 0, max: 1200 });

const NOTHING: ActionEvidence = {
  ...{ unusable: undefined, operation: undefined, inFlight: 0, waiting: 0, progress: '', last: undefined },
  ...{ refused: undefined, retry: undefined, keeping: undefined },
};

/** What an action node may know, but for its operation. */
const evidence = fc.oneof(
  fc.constant({}),
  errors.map((unusable) => ({ unusable })),
  last.map((one) => ({ last: { operation: undefined, ...one } })),
  fc.record({ error: errors, at: pauses }).map((retry) => ({ retry })),
  kept.map((one) => ({ keeping: { kept: one } })),
  fc.record({ inFlight: fc.constant(1), progress, waiting, refused: fc.option(errors, { nil: undefined }) }),
) as fc.Arbitrary<Partial<ActionEvidence>>;

const pairs = languages.flatMap((from) => languages.map((to) => [from, to] as const));
const actionTypes = Object.entries(catalogues.get('en-US') ?? {}).flatMap(([type, { operations }]) => (operations ? [type] : []));
const all = fc.record({
  pair: fc.constantFrom(...pairs),
  type: fc.constantFrom(...actionTypes),
  evidence,
  choice: fc.nat(),
  step: fc.nat(),
});

/** The status of a node in a language. */
function statusIn(language: string, type: string, id: string, known: Partial<ActionEvidence>, stepId: string): string {
  const { operations = {} } = catalogues.get('en-US')?.[type] ?? {};
  const named = (id: string) => ({ id, label: operations[id]?.label ?? '' });
  const complete: ActionEvidence = {
    ...{ ...NOTHING, operation: named(id), ...known },
    ...(known.last && { last: { ...known.last, operation: named(id) } }),
    ...(known.progress === 'step' && { progress: named(stepId) }),
  };
  return new Statuses(speaking(language), type).action(complete).status.text;
}

describe('a status in another language', () => {
  it('is what a server of that language would say, or untold where two operations would have it', () => {
    return fc.assert(
      fc.property(all, ({ pair: [from, to], type, evidence, choice, step }) => {
        const ids = Object.keys(catalogues.get('en-US')?.[type]?.operations ?? {});
        const [id = '', stepId = ''] = [ids[choice % ids.length], ids[step % ids.length]];
        const status = statusIn(from, type, id, evidence, stepId);
        const alike = ids.filter((other) => statusIn(from, type, other, evidence, stepId) === status);
        const others = new Set(alike.map((other) => statusIn(to, type, other, evidence, stepId)));
        const [said, certain] = [translator(from, to, type), statusIn(to, type, id, evidence, stepId)];
        equal(said.inOtherWords(status), others.size === 1 ? certain : undefined, `${from}: ${status}`);
        equal(said.inOtherWords(status, id), certain, `${from}: ${status}`);
      }),
      { numRuns: 2000 },
    );
  });

  it('is told of event nodes, too', () => {
    const states: readonly StreamState[] = [
      ...(['live', 'connecting', 'subscribed'] as const).map((is) => ({ is })),
      { is: 'failed', error: error('UNAUTHORIZED', true) },
      { is: 'failed', error: error('FORBIDDEN') },
      { is: 'failed', error: error('NOT_CONFIGURED') },
      { is: 'retrying', error: error('VENDOR_ERROR'), at: performance.now() + 40_200 },
    ];
    for (const [from, to] of pairs)
      for (const state of states) {
        const textIn = (language: string) => new Statuses(speaking(language)).stream(state).status.text;
        equal(translator(from, to, 'turn-sse').inOtherWords(textIn(from)), textIn(to), `${from} to ${to}: ${textIn(from)}`);
      }
  });

  it('stays untold where the text is none of ours', () => {
    const german = translator('en-US', 'de', 'turn-channel');
    for (const text of [
      '',
      'connected!',
      'Set state',
      'Set state at noon',
      'Set stat…: UNREACHABLE 14:03',
      '127.0.0.1:18800',
      'Unknown 14:03',
    ])
      equal(german.inOtherWords(text), text === 'Set state' ? 'Zustand setzen' : undefined, text);
  });

  it('stays untold where it may be one of two, and is told where both are called the same', () => {
    const words = { texts: { done: '__operation__ __time__' }, labels: { one: 'Send', other: 'Send', third: 'Read' } };
    const others = (two: string) => ({ texts: { done: '__time__ __operation__' }, labels: { one: 'Senden', other: two, third: 'Lesen' } });
    equal(new StatusTranslator(words, others('Schicken'), plain).inOtherWords('Send 10:20'), undefined);
    equal(new StatusTranslator(words, others('Senden'), plain).inOtherWords('Send 10:20'), '10:20 Senden');
    equal(new StatusTranslator(words, others('Schicken'), plain).inOtherWords('Read 10:20'), '10:20 Lesen');
  });

  it('has its numbers and dates as the other language writes them', () => {
    const forms = {
      number: (value: number) => `<${value}>`,
      percent: (value: number) => `<${value} of 1>`,
      date: (time: number) => `<${iso(time).slice(0, 10)}>`,
      moment: iso,
    };
    const { texts, labels } = wordsOf('en-US', 'turn-channel');
    const said = new StatusTranslator({ texts, labels }, { texts, labels }, forms);
    deepEqual(
      ['UNREACHABLE: 1200 kept since 2026-02-03', 'VENDOR_ERROR: in 900 s', 'Set state 40 % +2', 'Set state 1234', 'Set state 3/40'].map(
        (text) => said.inOtherWords(text),
      ),
      [
        'UNREACHABLE: <1200> kept since <2026-02-03>',
        'VENDOR_ERROR: in <900> s',
        'Set state <0.4 of 1> +2',
        'Set state <1234>',
        'Set state 3/40',
      ],
    );
  });

  it('has a text that no other can be taken for, in each language', () => {
    for (const language of languages) {
      const texts = Object.values(wordsOf(language, 'turn-sse').texts);
      ok(texts.length > 10);
      equal(new Set(texts).size, texts.length, language);
    }
  });
});
