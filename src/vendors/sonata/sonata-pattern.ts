import { z } from 'zod';
import { told } from '../../core/error-texts';
import { invalidInput } from '../../core/errors';
import { json } from '../../core/http/response';
import { operation } from '../../core/operation';
import { grid, integer, number, optional } from '../../core/schema/parameters';
import type { SonataClient } from './client';
import { type MatrixIds, offRequest, onRequest, patternRequest, toggleRequest } from './requests';
import { installationId } from './sonata-gateway';

/** Facts: the vendor's "Sonata REST API Documentation", section Endpoints. */
const matrixParameters = {
  deviceId: integer({ label: 'Device ID', help: 'Number printed on the matrix.', min: 0, max: 0xffff, lookup: 'devices' }),
  installationId: optional({
    ...installationId,
    advanced: true,
    help: 'Empty: the installation of the gateway.',
  }),
};

interface MatrixAddress {
  readonly deviceId: number;
  readonly installationId: number | undefined;
}

function idsOf(values: MatrixAddress, { settings }: SonataClient): MatrixIds {
  const installation = values.installationId ?? settings.installationId;
  if (installation === undefined)
    throw invalidInput('installationId is missing, and the gateway has none either', told('missing', {}, ['installationId']));
  return { installation_id: installation, device_id: values.deviceId };
}

const target = (values: MatrixAddress, gateway: SonataClient): string => {
  const { installation_id, device_id } = idsOf(values, gateway);
  return `${installation_id}/${device_id}`;
};

const success = json(z.looseObject({ message: z.string() }));

const LEVELS = 15;

/** Rounded to the nearest level; but an LED that is lit stays lit, as long as the brightness is not 0. */
export function dimmed(pattern: readonly number[], brightness: number): readonly number[] {
  if (brightness === 100) return pattern;
  return pattern.map((level) => (level === 0 || brightness === 0 ? 0 : Math.max(1, Math.round((level * brightness) / 100))));
}

export const operations = [
  operation<SonataClient>()({
    id: 'set-pattern',
    label: 'Set pattern',
    help: 'Shows a pattern on the matrix.',
    more: 'The matrix loses it when its power is cut.',
    parameters: {
      ...matrixParameters,
      pattern: grid({
        label: 'Pattern',
        help: 'Brightness of each LED, row by row: 100 whole numbers, 10 rows of 10, or 96 without the corners, which have no LED.',
        more: 'Also as JSON text, Buffer or typed array.',
        columns: 10,
        rows: 10,
        corners: false,
        min: 0,
        max: LEVELS,
      }),
      brightness: number({
        label: 'Brightness',
        help: '',
        more: 'Dims the pattern. Each level is rounded to the nearest of the 16; an LED that is lit stays lit, unless the brightness is 0.',
        min: 0,
        max: 100,
        unit: 'percent',
        default: 100,
        slider: true,
      }),
    },
    repeatable: true,
    target,
    request: (values, gateway) =>
      patternRequest(idsOf(values, gateway), dimmed(values.pattern, values.brightness), gateway.settings.patternKey),
    result: success,
  }),
  operation<SonataClient>()({
    id: 'fill',
    label: 'Fill',
    help: 'Shows the same level on all LEDs.',
    parameters: {
      ...matrixParameters,
      level: integer({ label: 'Level', help: '0 is dark, 15 is brightest.', min: 0, max: LEVELS, slider: true }),
    },
    repeatable: true,
    target,
    request: (values, gateway) =>
      patternRequest(idsOf(values, gateway), Array<number>(100).fill(values.level), gateway.settings.patternKey),
    result: success,
  }),
  operation<SonataClient>()({
    id: 'on',
    label: 'On',
    help: 'Shows again what was shown last and was not dark, as far as this gateway has sent it or has received events of it.',
    more: 'If nothing is known, all LEDs at level 15.',
    parameters: matrixParameters,
    repeatable: true,
    target,
    request: (values, gateway) => onRequest(idsOf(values, gateway)),
    result: success,
  }),
  operation<SonataClient>()({
    id: 'toggle',
    label: 'Toggle',
    help: 'Switches between off and what was shown last.',
    parameters: matrixParameters,
    repeatable: false,
    target,
    request: (values, gateway) => toggleRequest(idsOf(values, gateway)),
    result: success,
  }),
  operation<SonataClient>()({
    id: 'off',
    label: 'Off',
    help: 'Switches all LEDs off.',
    parameters: matrixParameters,
    repeatable: true,
    target,
    request: (values, gateway) => offRequest(idsOf(values, gateway)),
    result: success,
  }),
];
