import { createHash } from 'node:crypto';
import { segment } from '../../core/http/path';
import { choice, text } from '../../core/schema/parameters';
import type { VariableKind } from './devices';

/** What operations on one device, and on one of its variables, ask for. */
export const device = text({
  label: 'Device',
  help: 'ID for remote access, or nearby ID in the same network.',
  more: 'A nearby ID is the one that the backend has for a device in the user’s network which is not registered for remote access; the vendor’s document does not say where to find it.',
  id: true,
  lookup: 'devices',
});

export const kinds = {
  d: 'd: sent to the device',
  s: 's: reported by the device',
  meta: 'meta: read-only',
};

export const kindOf = <const O extends readonly VariableKind[]>(options: O) =>
  choice({
    label: 'Kind',
    help: '',
    more: 'd: sent to the device. s: reported by the device, or stored by the backend. meta: what the backend knows about the device.',
    options,
    optionLabels: kinds,
    default: 'd' as O[number],
  });

export const name = text({
  label: 'Variable',
  help: 'Name of the variable, for example period.',
  id: true,
  lookup: 'variables',
  narrowedBy: ['device', 'kind'],
});

/** What errors name in place of a secret: the same for the same secret, which cannot be read from it. */
export const traceOf = (name: string, secret: string): string => `${name} ${createHash('sha256').update(secret).digest('hex').slice(0, 8)}`;

export const devicePath = (id: string): string => `/0/devices/${segment('device', id)}`;

export interface VariableName {
  readonly device: string;
  readonly kind: VariableKind;
  readonly name: string;
}
export const variablePath = ({ device, kind, name }: VariableName): string => `${devicePath(device)}/${kind}/${segment('name', name)}`;
