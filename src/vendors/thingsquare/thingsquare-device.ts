import { createHash } from 'node:crypto';
import { operation } from '../../core/operation';
import { integer, optional, scalarOrBytes, secret } from '../../core/schema/parameters';
import type { ThingsquareClient } from './client';
import { device, devicePath } from './parameters';
import { fieldOf, readDevice, readDevices } from './values';
import { readId, readWord } from './words';

const describe = operation<ThingsquareClient>();
const target = ({ device }: { readonly device: string }): string => device;

/** Facts: the vendor's "Thingsquare REST API Reference", sections Device methods and Network methods. Some paths end in a slash, some do not. */
export const operations = [
  describe({
    id: 'list',
    label: 'List devices',
    help: 'Reads all devices that are registered for remote access, with all their variables.',
    parameters: {},
    repeatable: true,
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
    target,
    request: ({ device }) => ({ method: 'GET', path: devicePath(device) }),
    result: readDevice,
  }),
  describe({
    id: 'claim',
    label: 'Claim device',
    help: 'Registers a device for remote access. The result is the id under which it can be reached from now on.',
    parameters: {
      auth: secret({
        label: 'Authentication token',
        help: 'The token that the device shows nearby, or the key under which the network lists it.',
      }),
    },
    repeatable: false,
    // Whoever reads the token can claim the device: errors name a trace of it.
    target: ({ auth }) => `auth ${createHash('sha256').update(auth).digest('hex').slice(0, 8)}`,
    request: ({ auth }) => ({ method: 'POST', path: '/0/devices/', form: { auth }, secrets: [auth] }),
    result: readId,
  }),
  describe({
    id: 'remove',
    label: 'Remove device',
    help: 'Takes the device out of remote access: its id is no longer valid, and it must be claimed anew before it can be reached again.',
    parameters: { device },
    // Done twice, it would be refused the second time, although all is well.
    repeatable: false,
    target,
    request: ({ device }) => ({ method: 'DELETE', path: devicePath(device) }),
    result: readWord,
  }),
  describe({
    id: 'send-command',
    label: 'Send command',
    help: 'Sends a command to a device. The result is the id of the command; the backend does not say what became of it.',
    parameters: {
      device,
      command: scalarOrBytes({ label: 'Command', help: 'What the program of the device understands: text, or bytes as a Buffer.' }),
      priority: optional(integer({ label: 'Priority', help: '0: as any other, 1: urgent, 2: most urgent.', min: 0, max: 2 })),
      lifetime: optional(
        integer({
          label: 'Lifetime',
          help: 'How long the command may wait for the device before it is dropped.',
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
    help: 'Reads all devices in the network in which the user is, by their authentication tokens. The backend finds the user by packets on UDP port 590, which the frontend sends while it announces the user.',
    parameters: {},
    repeatable: true,
    target: () => 'network',
    request: () => ({ method: 'GET', path: '/0/network/' }),
    result: readDevices,
  }),
];
