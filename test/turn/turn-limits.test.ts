import { deepEqual } from 'node:assert/strict';
import { respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { turn } from './vendor';

describe('limits of the channels of a Turn', () => {
  const stage = new Stage(turn);
  beforeEach(async () => {
    await stage.open({ type: 'turn-channel', operation: '', parameters: {} });
  });

  /** Channel, its properties as the device may tell them, values, and what is said of one that does not fit. */
  const OWN: readonly [string, string, unknown, readonly number[], number, string][] = [
    ['temperature/1/1', 'temperature', { min: 16, max: 28, units: 'C' }, [16, 28], 30, 'a number from 16 to 28 C'],
    [
      'temperature/1/1',
      'temperature',
      [
        { name: 'max', value: '90' },
        { name: 'units', value: 'F' },
      ],
      [0, 90],
      91,
      'a number from 0 to 90 F',
    ],
    ['light/1/1', 'percent', { min: '10', max: '90', units: '%' }, [0, 10, 90], 5, 'a number from 10 to 90 %, or 0'],
    ['humidity/1/1', 'percentage', { min: 30 }, [30], 0, 'a number from 30 to 100'],
    ['generic/1/1', 'percent', { min: 10, isSwitched: 'true' }, [0], 1, 'a number from 10 to 100, or 0'],
    ['generic/1/1', 'number', { min: 5 }, [1000], 4, 'a number of at least 5'],
    ['modes/1/1', 'preset', { max: 4 }, [0, 4], 5, 'a whole number from 0 to 4'],
    ['modes/1/1', 'preset', { min: 1, max: 4 }, [0, 1, 4], 5, 'a whole number from 1 to 4, or 0'],
    // Limits that leave nothing are none.
    ['modes/1/1', 'preset', { min: 0, max: 0 }, [8], 9, 'a whole number from 0 to 8'],
    ['light/1/1', 'percent', { max: null, min: '', units: 'x'.repeat(1000) }, [100], 101, 'a number from 0 to 100'],
  ];
  for (const [id, dataType, properties, fitting, wrong, expected] of OWN)
    it(`know a channel’s own limits and unit once the device has told them: ${JSON.stringify(properties).slice(0, 50)}`, async () => {
      stage.server.next(respond([{ id: id.toUpperCase(), dataType, properties }]));
      const set = (value: number) => stage.audit.run({ operation: 'set-state', parameters: { channel: id, value } });
      stage.server.always((response) => void response.end());
      await stage.audit.run({ operation: 'list-channels' });
      for (const value of fitting) deepEqual((await set(value)).ends, ['done'], String(value));
      const { ends, error } = await set(wrong);
      deepEqual([ends, (error as Error).message], [['INVALID_INPUT'], `value must be ${expected} for ${id}, not ${wrong}`]);
    });
});
