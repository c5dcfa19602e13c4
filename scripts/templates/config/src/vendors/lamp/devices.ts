import { z } from 'zod';
import type { ReadOptions } from '../../core/http/request';
import { json, lenientArray } from '../../core/http/response';
import type { LampClient } from './client';

export type Device = z.infer<typeof device>;

const device = z.looseObject({ id: z.string(), name: z.string().optional(), state: z.looseObject({ level: z.number() }) });
const devices = json(lenientArray(device));

/** All devices with their state. @throws EnsembleError */
export async function readDevices(client: LampClient, options: ReadOptions): Promise<Device[]> {
  return devices(await client.read('/devices', options));
}
