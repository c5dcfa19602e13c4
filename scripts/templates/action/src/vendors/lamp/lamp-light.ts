import { z } from 'zod';
import { segment } from '../../core/http/path';
import { json } from '../../core/http/response';
import { operation } from '../../core/operation';
import { integer, text } from '../../core/schema/parameters';
import type { LampClient } from './client';

const device = text({ label: 'Device', help: 'ID of the device.', id: true, lookup: 'devices' });
const state = json(z.looseObject({ level: z.number() }));

export const operations = [
  operation<LampClient>()({
    id: 'set-level',
    label: 'Set level',
    help: 'Sets the level of a device.',
    parameters: { device, level: integer({ label: 'Level', help: 'The new level; 0 is off.', min: 0, max: 100, unit: 'percent' }) },
    // Sent twice, it does no harm.
    repeatable: true,
    target: ({ device }) => device,
    request: ({ device, level }) => ({ method: 'PUT', path: `/devices/${segment('device', device)}/state`, json: { level } }),
    result: state,
  }),
  operation<LampClient>()({
    id: 'get-state',
    label: 'Get state',
    help: 'Reads the state of a device.',
    parameters: { device },
    repeatable: true,
    reads: true,
    target: ({ device }) => device,
    request: ({ device }) => ({ method: 'GET', path: `/devices/${segment('device', device)}/state` }),
    result: state,
  }),
];
