import { z } from 'zod';
import { invalidInput } from '../../core/errors';
import { json, reader } from '../../core/http/response';
import { operation } from '../../core/operation';
import { grid, integer, optional } from '../../core/schema/parameters';
import type { SonataClient, SonataSettings } from './client';
import { installationId } from './sonata-gateway';

/** Facts: the vendor's "Sonata REST API Documentation", section Endpoints. */
const matrixParameters = {
  deviceId: integer({ label: 'Device ID', help: 'Number of the matrix, as printed on it.', min: 0, max: 0xffff, lookup: 'devices' }),
  installationId: optional({ ...installationId, help: 'Installation of the matrix. Empty: the installation of the gateway.' }),
};

interface MatrixAddress {
  readonly deviceId: number;
  readonly installationId: number | undefined;
}

function idsOf(values: MatrixAddress, { settings }: SonataClient): { installation_id: number; device_id: number } {
  const installation = values.installationId ?? settings.installationId;
  if (installation === undefined) throw invalidInput('installationId is missing, and the gateway has none either');
  return { installation_id: installation, device_id: values.deviceId };
}

const target = (values: MatrixAddress, gateway: SonataClient): string => {
  const { installation_id, device_id } = idsOf(values, gateway);
  return `${installation_id}/${device_id}`;
};

type Body = (ids: ReturnType<typeof idsOf>, pattern: readonly number[]) => object;

/** The document names the key `values` in its table and `pattern` in its example. Without spreads, which take longer than all the rest. */
const bodies: Readonly<Record<SonataSettings['patternKey'], Body>> = {
  both: ({ installation_id, device_id }, pattern) => ({ installation_id, device_id, values: pattern, pattern }),
  values: ({ installation_id, device_id }, pattern) => ({ installation_id, device_id, values: pattern }),
  pattern: ({ installation_id, device_id }, pattern) => ({ installation_id, device_id, pattern }),
};

const message = json(z.looseObject({ message: z.string() }));

/** Remembers the device, for the list in the panels. */
const success = reader(message.schema, (response, { installationId, deviceId }: MatrixAddress, { devices, settings }: SonataClient) => {
  const result = message(response);
  const installation = installationId ?? settings.installationId;
  if (installation !== undefined) devices.add(installation, deviceId);
  return result;
});

export const operations = [
  operation<SonataClient>()({
    id: 'set-pattern',
    label: 'Set pattern',
    help: 'Shows a pattern on the matrix. The matrix loses it when its power is cut.',
    parameters: {
      ...matrixParameters,
      pattern: grid({
        label: 'Pattern',
        help: 'Brightness of each LED, row by row: 100 whole numbers, 10 rows of 10, or 96 without the corners, which have no LED. Also as JSON text, Buffer or typed array.',
        columns: 10,
        rows: 10,
        corners: false,
        min: 0,
        max: 15,
      }),
    },
    repeatable: true,
    target,
    request: (values, gateway) => ({
      method: 'POST',
      path: '/pattern',
      json: bodies[gateway.settings.patternKey](idsOf(values, gateway), values.pattern),
    }),
    result: success,
  }),
  operation<SonataClient>()({
    id: 'toggle',
    label: 'Toggle',
    help: 'Switches between off and what was shown last.',
    parameters: matrixParameters,
    repeatable: false,
    target,
    request: (values, gateway) => ({ method: 'POST', path: '/toggle', json: idsOf(values, gateway) }),
    result: success,
  }),
  operation<SonataClient>()({
    id: 'off',
    label: 'Off',
    help: 'Switches all LEDs off.',
    parameters: matrixParameters,
    repeatable: true,
    target,
    request: (values, gateway) => ({ method: 'POST', path: '/off', json: idsOf(values, gateway) }),
    result: success,
  }),
];
