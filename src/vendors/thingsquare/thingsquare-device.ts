import { operation } from '../../core/operation';
import { integer, optional, scalarOrBytes, secret, text } from '../../core/schema/parameters';
import type { ThingsquareClient } from './client';
import { fieldOf, readDevice, readDevices } from './devices';
import { device, devicePath, traceOf } from './parameters';
import { readId, readWord } from './word-responses';

const describe = operation<ThingsquareClient>();
const target = ({ device }: { readonly device: string }): string => device;

const auth = secret({
  label: 'Authentication token',
  help: 'Token that the device advertises nearby, or the key under which the network lists it.',
  more: 'To share a device, its ID serves, too.',
});

/** Facts: the vendor's "Thingsquare REST API Reference", sections Device methods and Network methods. Some paths end in a slash, some do not. */
export const operations = [
  describe({
    id: 'list',
    label: 'List devices',
    help: 'Reads all devices that are registered for remote access, with all their variables.',
    parameters: {},
    repeatable: true,
    reads: true,
    target: () => 'devices',
    request: () => ({ method: 'GET', path: '/0/devices/' }),
    result: readDevices,
  }),
  describe({
    id: 'get',
    label: 'Get device',
    help: 'Reads all variables of one device.',
    parameters: { device },
    repeatable: true,
    reads: true,
    target,
    request: ({ device }) => ({ method: 'GET', path: devicePath(device) }),
    result: readDevice,
  }),
  describe({
    id: 'claim',
    label: 'Claim device',
    help: 'Registers a device for remote access.',
    more: 'The result is the ID under which it can be reached from then on.',
    parameters: {
      auth,
    },
    repeatable: false,
    // Whoever reads the token can claim the device.
    target: ({ auth }) => traceOf('auth', auth),
    request: ({ auth }) => ({ method: 'POST', path: '/0/devices/', form: { auth }, secrets: [auth] }),
    result: readId,
  }),
  describe({
    id: 'share',
    label: 'Share device',
    help: 'Registers a device for remote access by another user, too.',
    more: 'The vendor does not document it; it is known from its own library.',
    parameters: {
      auth,
      user: text({ label: 'User', help: 'Login name of the other user.' }),
    },
    repeatable: false,
    target: ({ auth }) => traceOf('auth', auth),
    request: ({ auth, user }) => ({ method: 'POST', path: '/0/devices/', form: { auth, user }, secrets: [auth] }),
    result: readWord,
  }),
  describe({
    id: 'remove',
    label: 'Remove device',
    help: 'Removes the device from remote access: its ID becomes invalid, and the device must be claimed again before it can be reached.',
    parameters: { device },
    // A repetition would be refused although the first request succeeded.
    repeatable: false,
    target,
    request: ({ device }) => ({ method: 'DELETE', path: devicePath(device) }),
    result: readWord,
  }),
  describe({
    id: 'send-command',
    label: 'Send command',
    help: 'Sends a command to a device.',
    more: 'The result is the ID of the command; the backend does not report whether the command was executed.',
    parameters: {
      device,
      command: scalarOrBytes({ label: 'Command', help: 'Command that the program of the device supports: text, or bytes as a Buffer.' }),
      priority: optional(integer({ label: 'Priority', advanced: true, help: '0: normal, 1: urgent, 2: most urgent.', min: 0, max: 2 })),
      lifetime: optional(
        integer({
          label: 'Lifetime',
          advanced: true,
          help: 'Maximum time for which the command waits for the device before it is discarded.',
          min: 0,
          max: 2 ** 31 - 1,
          unit: 'ms',
        }),
      ),
    },
    repeatable: false,
    target,
    request: ({ device, command, priority, lifetime }) => ({
      method: 'POST',
      path: `${devicePath(device)}/`,
      form: { ...fieldOf('command', command), priority, lifetime },
    }),
    result: readId,
  }),
  describe({
    id: 'list-network',
    label: 'List network',
    help: 'Reads all devices in the network of the user, by their authentication tokens.',
    more: 'The backend locates the user by packets on UDP port 590, which the frontend sends while it announces the user.',
    parameters: {},
    repeatable: true,
    reads: true,
    target: () => 'network',
    request: () => ({ method: 'GET', path: '/0/network/' }),
    result: readDevices,
  }),
];
