import { deepEqual, equal, ok } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  addFromStream,
  advance,
  afterFirstLook,
  atBeginning,
  type Cursor,
  inThePast,
  LOOK_BACK,
  MAX_SEEN,
  newestOf,
  setBack,
  windowAhead,
  windowStart,
} from '../../src/vendors/thingsee/message-cursor';
import type { ReceivedMessage, Window } from '../../src/vendors/thingsee/message-reader';
import type { ThingMessage } from '../../src/vendors/thingsee/responses';

const START = 1_700_000_000;
const received = (message: ThingMessage) => ({ message, raw: 'as it came' });
const message = (tsmTs: number, number = 0, more = {}) => received({ tsmId: 12100, tsmTs, number, ...more });
const times = ({ due }: { due: readonly { message: ThingMessage }[] }) => due.map(({ message }) => message.tsmTs - START);

describe('the cursor of a thing', () => {
  it('begins with the present: what was there before counts as passed on', () => {
    const old = [message(START - 5), message(START - 1)];
    const cursor = afterFirstLook(atBeginning(START), old);
    deepEqual(times(advance(cursor, [...old, message(START)], START)), [0]);
  });

  it('passes on in order, holds back what is younger than the grace, and passes it on later', () => {
    const messages = [message(START + 9), message(START + 3), message(START + 1)];
    const first = advance(atBeginning(START), messages, START + 5);
    deepEqual(times(first), [1, 3]);
    deepEqual(times(advance(first.cursor, [message(START + 7), ...messages], START + 10)), [7, 9]);
  });

  it('knows a message by its content, whatever the order of its fields', () => {
    const twin = received({ number: 0, tsmTs: START + 1, tsmId: 12100 } as ThingMessage);
    const first = advance(atBeginning(START), [message(START + 1), twin], START + 5);
    equal(first.due.length, 1);
    deepEqual(advance(first.cursor, [twin, message(START + 1, 1)], START + 6).due, [{ ...message(START + 1, 1), late: false }]);
    equal(advance(first.cursor, [message(START + 1, 0, { deep: { a: 1 } })], START + 6).due.length, 1);
  });

  it('marks what comes later than the grace, as long as it looks back', () => {
    const first = advance(atBeginning(START), [message(START + 100)], START + 100);
    const late = [message(START + 99), message(START + 100 - LOOK_BACK), message(START + 99 - LOOK_BACK)];
    const { due } = advance(first.cursor, late, START + 101);
    deepEqual(
      due.map(({ message, late }) => [message.tsmTs - START, late]),
      [
        [100 - LOOK_BACK, true],
        [99, true],
      ],
    );
  });

  it('takes what the stream brings without moving its window, each once, whichever way it comes then', () => {
    const { cursor } = advance(atBeginning(START), [message(START + 1)], START + 5);
    const brought = [message(START + 9), message(START + 1), message(START + 8, 0, { tsmGw: 'TSGW1' })];
    const added = addFromStream(cursor, brought, newestOf(cursor, START + 20));
    deepEqual(times(added), [8, 9]);
    equal(added.cursor.at, cursor.at);
    const api = [message(START + 7), message(START + 8, 0, { tsmGw: 'TSGW2', deploymentGroupId: 'hall' }), message(START + 9)];
    const next = advance(added.cursor, api, START + 20, newestOf(added.cursor, START + 20));
    deepEqual(next.due, [{ ...message(START + 7), late: true }]);
  });

  it('marks what the stream brings after a later one, and drops what the broker has retained from before its window', () => {
    const { cursor } = advance(atBeginning(START), [message(START + 100)], START + 100);
    const old = message(START - 3600);
    deepEqual(addFromStream(cursor, [{ ...old, isLive: false }], START + 100).due, []);
    deepEqual(addFromStream(cursor, [{ ...old, isLive: true }], START + 100).due, [{ ...old, isLive: true, late: true }]);
  });

  it('still knows the fingerprints of an earlier release, of the whole message', () => {
    const whole = message(START + 1, 0, { tsmTuid: 'TSPR1', tsmGw: 'TSGW1' });
    const sorted = Object.entries(whole.message).sort(([a], [b]) => (a < b ? -1 : 1));
    const print = createHash('sha256').update(JSON.stringify(sorted)).digest('base64url').slice(0, 12);
    deepEqual(advance({ at: START, seen: { [print]: START + 1 } }, [whole], START + 5).due, []);
  });

  it('has a bound for what the stream brings while the API does not answer', () => {
    const all = Array.from({ length: MAX_SEEN + 1 }, (_, index) => message(START + index, index));
    const { due, cursor } = addFromStream({ at: START, seen: {} }, all, START);
    equal(due.length, all.length);
    equal(Object.keys(cursor.seen ?? {}).length, MAX_SEEN / 2);
    // Nothing that is forgotten is asked for again.
    const oldest = Math.min(...Object.values(cursor.seen ?? {}));
    ok(windowStart(cursor) >= oldest);
    deepEqual(advance(cursor, all, START + MAX_SEEN, newestOf(cursor, START + MAX_SEEN)).due, []);
  });

  it('never goes back with the clock', () => {
    const { cursor } = advance(atBeginning(START), [message(START + 1)], START + 50);
    equal(advance(cursor, [], START).cursor.at, START + 50);
  });

  it('is set back from a future that a wrong clock has made, to the last message that was passed on', () => {
    const passed = [message(START + 1), message(START + 90), message(START + 100)];
    const { cursor } = advance(atBeginning(START), passed, START + 3600);
    equal(cursor.at, START + 3600);
    const back = inThePast(cursor, START + 200);
    equal(back.at, START + 100);
    deepEqual(times(advance(back, [...passed.slice(1), message(START + 150)], START + 200)), [150]);
    const silent = inThePast({ at: START + 3600, seen: {} }, START);
    equal(silent.at, START);
    equal(inThePast(cursor, START + 3590), cursor);
  });

  it('is set back from messages of the future by how long ago the last was passed on', () => {
    const { cursor } = advance({ at: START, seen: {}, since: 100 }, [message(START + 3600)], START + 3600);
    equal(cursor.at, START + 3600);
    equal(inThePast(cursor, START, 400).at, START - 300);
    // Made by another process, whose clock was ahead, or decades behind; or by an earlier version.
    equal(inThePast(cursor, START, 50).at, START);
    equal(inThePast(cursor, START, START).at, START - 7 * 86_400);
    equal(inThePast({ ...cursor, since: undefined }, START, 400).at, START);
  });

  it('passes on exactly once what was sent before and after a clock that was ahead is set right', () => {
    const ahead = 3600;
    const all: { sent: number; received: ReceivedMessage }[] = [];
    const passed: unknown[] = [];
    /** One round at a time (seconds after the start), by a clock that is so far ahead. */
    const round = (cursor: Cursor, time: number, ahead: number): Cursor => {
      const now = START + time + ahead;
      const read = ({ from, to }: Window) =>
        all
          .filter(({ sent, received: { message } }) => sent <= time && message.tsmTs >= from && message.tsmTs <= to)
          .map(({ received }) => received);
      const messages = read({ from: windowStart(cursor), to: now });
      const back = inThePast(cursor, now, time);
      const step = back === cursor ? advance(cursor, messages, now) : setBack(cursor, back, read(windowAhead(cursor, back, now)));
      ok(step.due.every(({ late }) => !late));
      passed.push(...step.due.map(({ message: { number } }) => number));
      return step.due.length > 0 && back === cursor ? { ...step.cursor, since: time } : step.cursor;
    };
    // Every 20 seconds a message; a round every 50; the clock is right from 1,010 seconds on.
    for (let sent = -900; sent <= 6000; sent += 20) {
      const time = START + sent + (sent < 1010 ? ahead : 0);
      all.push({ sent, received: message(time, sent) });
    }
    let cursor: Cursor = {
      at: START + ahead - 1,
      seen: afterFirstLook(
        atBeginning(START),
        all.filter(({ sent }) => sent < 0).map(({ received }) => received),
      ).seen,
      since: 0,
    };
    for (let time = 0; time <= 6000; time += 50) cursor = round(cursor, time, time < 1010 ? ahead : 0);
    deepEqual(
      passed,
      all.map(({ sent }) => sent).filter((sent) => sent >= 0),
    );
    ok(Object.keys(cursor.seen ?? {}).length < 10);
  });

  it('passes each message on exactly once and in order, however polls, delays and duplicates fall', () => {
    const grace = 10;
    const arrival = fc.record({ sent: fc.integer({ min: 0, max: 300 }), delay: fc.integer({ min: 0, max: grace }), twice: fc.boolean() });
    let checked = 0;
    fc.assert(
      fc.property(
        fc.array(arrival, { maxLength: 60 }),
        fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 4, maxLength: 40 }),
        fc.array(fc.boolean(), { maxLength: 40 }),
        (arrivals, pauses, restarts) => {
          const all = arrivals.map(({ sent, delay, twice }, number) => ({
            ...message(START + sent, number),
            visible: START + sent + delay,
            copies: twice ? 2 : 1,
          }));
          let now = START;
          let cursor: Cursor = atBeginning(START);
          let saved = cursor;
          const passed: ThingMessage[] = [];
          for (const [turn, pause] of [...pauses, 400].entries()) {
            now += pause;
            // A cursor that has only moved on is not written: after a restart, the one before must do.
            if (restarts[turn]) cursor = JSON.parse(JSON.stringify(saved)) as Cursor;
            const from = windowStart(cursor);
            const response = all
              .filter(({ message: { tsmTs }, visible }) => visible <= now && tsmTs >= from && tsmTs <= now)
              .flatMap(({ message, copies }) => Array<ReceivedMessage>(copies).fill(received(message)))
              .reverse();
            const step = advance(cursor, response, now - grace);
            ok(step.due.every(({ late }) => !late));
            passed.push(...step.due.map(({ message }) => message));
            cursor = step.cursor;
            if (step.due.length > 0) saved = cursor;
          }
          checked++;
          equal(passed.length, all.length);
          equal(new Set(passed.map(({ number }) => number)).size, all.length);
          ok(passed.every(({ tsmTs }, index) => index === 0 || tsmTs >= (passed[index - 1]?.tsmTs ?? 0)));
        },
      ),
    );
    ok(checked >= 100);
  });
});
