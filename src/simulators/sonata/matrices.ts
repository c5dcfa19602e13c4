import { BadInput, numberWithin, type World } from '../vendor';
import { Matrix } from './matrix';
import { type SonataEvent, Webhook } from './webhook';

/** "Board identification": 4 bytes and 2 bytes. */
export const MAX_INSTALLATION = 0xffffffff;
export const MAX_DEVICE = 0xffff;
/** [G] The document names the model in the topic, but no number. */
const MODEL = 0;
const MOST_MATRICES = 1024;

const byIds = (a: Matrix, b: Matrix): number => a.installation - b.installation || a.device - b.device;

/** All matrices, and what they tell the broker and the subscriber. */
export class Matrices {
  readonly webhook: Webhook;
  private known: Matrix[] = [1, 2, 3, 4].map((device) => new Matrix(1, device));

  constructor(private readonly world: World) {
    this.webhook = new Webhook(world);
  }

  all(): readonly Matrix[] {
    return this.known;
  }

  /** The matrix of a REST call. Any ids serve: a person tries the simulator with those of his own matrix. */
  addressed(installation: number, device: number): Matrix {
    const found = this.find(installation, device);
    if (found) return found;
    if (this.known.length >= MOST_MATRICES) throw new Error(`The simulator has no room for more than ${MOST_MATRICES} matrices`);
    const matrix = new Matrix(installation, device);
    this.known = [...this.known, matrix].sort(byIds);
    return matrix;
  }

  /** The matrix of an action of the page. @throws BadInput */
  chosen(input: Record<string, unknown>): Matrix {
    const installation = numberWithin(input, 'installation', 0, MAX_INSTALLATION);
    const device = numberWithin(input, 'device', 0, MAX_DEVICE);
    const matrix = this.find(installation, device);
    if (!matrix) throw new BadInput(`there is no matrix ${installation}/${device}`);
    return matrix;
  }

  /** "A context message event occures when it's state changes." */
  change(matrix: Matrix, action: (matrix: Matrix) => void): void {
    const before = matrix.levels;
    action(matrix);
    if (matrix.levels.every((level, index) => level === before[index])) return;
    const cl = [...[0, 1, 2, 3].map((i) => ({ i, v: 0 })), { i: 4, v: matrix.levels }];
    this.send(matrix, 'context', { key: 0, cl });
  }

  /** "An alive event occures when a device boots up and gets connected with the gateway." [G] Its payload is empty. */
  restart(matrix: Matrix): void {
    matrix.restart();
    this.send(matrix, 'alive', {});
  }

  private send({ installation, device }: Matrix, type: SonataEvent['type'], payload: unknown): void {
    const model = type === 'context' ? `/${MODEL}` : '';
    this.world.publish(`v2/${installation}/rx/${device}/${type}${model}`, JSON.stringify(payload));
    this.webhook.send({ type, installation, device, payload });
    this.world.changed();
  }

  private find(installation: number, device: number): Matrix | undefined {
    return this.known.find((matrix) => matrix.installation === installation && matrix.device === device);
  }
}
