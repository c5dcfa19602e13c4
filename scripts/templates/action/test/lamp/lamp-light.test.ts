import { Stage } from '../kit/stage';
import { num, str } from '../kit/typed-input';
import { wireTable } from '../kit/wire-table';
import { lamp } from './vendor';

const node = (operation: string, parameters: object) => ({ type: 'lamp-light', operation, parameters });
const response = { level: 40 };

describe('lamp-light', () => {
  wireTable(new Stage(lamp), {
    shows: ({ method, path, json }) => [method, path, json],
    rows: [
      {
        title: 'sets a level',
        node: node('set-level', { device: str('a/b'), level: num(40) }),
        request: ['PUT', '/devices/a%2Fb/state', { level: 40 }],
        response,
      },
      {
        title: 'reads the state',
        node: node('get-state', { device: str('a') }),
        request: ['GET', '/devices/a/state', undefined],
        response,
      },
    ],
  });
});
