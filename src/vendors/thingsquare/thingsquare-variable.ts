import { told } from '../../core/error-texts';
import { invalidInput } from '../../core/errors';
import { operation } from '../../core/operation';
import { integer, number, optional, scalarOrBytes } from '../../core/schema/parameters';
import { awaitAcknowledgement } from './acknowledgement';
import type { ThingsquareClient } from './client';
import { fieldOf, readVariable } from './devices';
import { readHistory } from './history';
import { device, kindOf, name, variablePath } from './parameters';
import { say } from './texts';
import { readWord } from './word-responses';

/** Facts: the vendor's "Thingsquare REST API Reference", section Device methods. */
const anyVariable = { device, kind: kindOf(['d', 's', 'meta']), name };
const ownVariable = { device, kind: kindOf(['d', 's']), name };
const target = ({ device }: { readonly device: string }): string => device;
/** The year 5138: a larger number is most likely milliseconds. */
const LATEST = 99_999_999_999;
const describe = operation<ThingsquareClient>();

export const operations = [
  describe({
    id: 'get',
    label: 'Get variable',
    help: 'Reads a variable: its value, when it was set and, for kind d, when the device acknowledged it.',
    parameters: anyVariable,
    repeatable: true,
    reads: true,
    target,
    request: (values) => ({ method: 'GET', path: variablePath(values) }),
    result: readVariable,
  }),
  describe({
    id: 'history',
    label: 'Get history',
    help: 'Reads the history of a variable, newest value first.',
    parameters: {
      ...anyVariable,
      latest: integer({
        label: 'Number of values',
        help: 'The newest values. 0: all of the backend.',
        min: 0,
      }),
      startId: optional(
        integer({
          label: 'From ID',
          advanced: true,
          help: 'Only values with this ID and later ones, for example the ID of the last known value plus 1. Empty: the history from its beginning.',
          min: 0,
        }),
      ),
      batch: optional(
        integer({
          label: 'Values per message',
          advanced: true,
          help: 'Splits a long history into messages with at most this number of values each, numbered in msg.parts. Empty: one message contains all values.',
          min: 2,
          max: 100_000,
        }),
      ),
    },
    repeatable: true,
    reads: true,
    target,
    run: ({ latest, startId, batch, ...variable }, context) =>
      readHistory({ path: variablePath(variable), latest, startId, batch }, context),
  }),
  describe({
    id: 'set',
    label: 'Set variable',
    help: 'Sets a variable. A value of kind d is sent to the device.',
    parameters: {
      ...ownVariable,
      value: scalarOrBytes({
        label: 'Value',
        help: 'Text, a number, true, false or a Buffer.',
        more: 'The backend stores text, and returns bytes as a Buffer. An empty text is a value, too.',
        allowEmpty: true,
      }),
      timestamp: optional(
        integer({
          label: 'Time of the value',
          advanced: true,
          help: 'Unix time since which the variable has the value. Empty: now.',
          min: 0,
          max: LATEST,
          unit: 'seconds',
        }),
      ),
      waitForAck: optional(
        number({
          label: 'Wait for acknowledgement',
          advanced: true,
          help: 'Maximum time to wait until the device has acknowledged a value of kind d. Empty: does not wait.',
          more: 'After that the message fails; the value remains stored at the backend.',
          min: 1,
          max: 86_400,
          unit: 'seconds',
        }),
      ),
    },
    repeatable: true,
    target,
    check({ waitForAck, timestamp, kind }) {
      if (waitForAck !== undefined && kind !== 'd')
        throw invalidInput(
          `waitForAck must be left out: a variable of kind ${kind} is not sent to the device`,
          say('notSent', {}, ['waitForAck']),
        );
      // Whether a value is acknowledged shows only by its time.
      if (waitForAck !== undefined && timestamp !== undefined)
        throw invalidInput(
          'waitForAck must be left out where timestamp is given: the time of the value shows whether it was acknowledged',
          told('both', {}, ['waitForAck', 'timestamp']),
        );
    },
    async run({ value, timestamp, waitForAck, ...variable }, context) {
      const path = variablePath(variable);
      const response = await context.send({ method: 'POST', path, form: { ...fieldOf('value', value), timestamp } });
      const outcome = { result: readWord(response), statusCode: response.statusCode };
      if (waitForAck !== undefined) await awaitAcknowledgement(path, waitForAck, context);
      return outcome;
    },
  }),
  describe({
    id: 'sync',
    label: 'Synchronize',
    help: 'Sends the current value of a variable to the device again.',
    parameters: { device, kind: kindOf(['d']), name },
    repeatable: true,
    target,
    // A request without a value asks for it.
    request: (values) => ({ method: 'POST', path: variablePath(values) }),
    result: readWord,
  }),
  describe({
    id: 'delete',
    label: 'Delete variable',
    help: 'Deletes a variable and its value from the backend; a variable of kind d also from the device. This cannot be undone.',
    parameters: ownVariable,
    // A repetition would be refused although the first request succeeded.
    repeatable: false,
    target,
    request: (values) => ({ method: 'DELETE', path: variablePath(values) }),
    result: readWord,
  }),
];
