import { Refused } from '../http/refused';
import { found, type Input, numberWithin } from '../input';
import type { Services } from '../vendor';
import { SimulatedMatrix } from './matrix';
import { type SonataEvent, WebhookSender } from './webhook';

/** "Board identification": 4 bytes and 2 bytes. */
export const MAX_INSTALLATION = 0xffffffff;
export const MAX_DEVICE = 0xffff;
/** [G] The document names the model in the topic, but no number. */
const MODEL = 0;
const MAX_MATRICES = 1024;

const byIds = (a: SimulatedMatrix, b: SimulatedMatrix): number => a.installation - b.installation || a.device - b.device;

/** All matrices, and the events that they send to the broker and to the subscriber. */
export class Matrices {
  readonly webhook: WebhookSender;
  private matrices: SimulatedMatrix[] = [1, 2, 3, 4].map((device) => new SimulatedMatrix(1, device));

  constructor(private readonly services: Services) {
    this.webhook = new WebhookSender(services);
  }

  all(): readonly SimulatedMatrix[] {
    return this.matrices;
  }

  /** The matrix of a REST call, made where there is none: so a person can use the ids of a matrix of their own. @throws Refused */
  addressed(installation: number, device: number): SimulatedMatrix {
    const existing = this.find(installation, device);
    if (existing) return existing;
    if (this.matrices.length >= MAX_MATRICES) throw new Refused(500, `The simulator has no room for more than ${MAX_MATRICES} matrices`);
    const matrix = new SimulatedMatrix(installation, device);
    this.matrices = [...this.matrices, matrix].sort(byIds);
    return matrix;
  }

  /** The matrix of an action of the page. @throws Refused */
  chosen(input: Input): SimulatedMatrix {
    const installation = numberWithin(input, 'installation', 0, MAX_INSTALLATION);
    const device = numberWithin(input, 'device', 0, MAX_DEVICE);
    return found(this.find(installation, device), `matrix ${installation}/${device}`);
  }

  /** "A context message event occures when it's state changes." */
  change(matrix: SimulatedMatrix, action: (matrix: SimulatedMatrix) => void): void {
    const before = matrix.levels;
    action(matrix);
    if (matrix.levels.every((level, index) => level === before[index])) return;
    const cl = [...[0, 1, 2, 3].map((i) => ({ i, v: 0 })), { i: 4, v: matrix.levels }];
    this.send(matrix, 'context', { key: 0, cl });
  }

  /** "An alive event occures when a device boots up and gets connected with the gateway." [G] Its payload is empty. */
  restart(matrix: SimulatedMatrix): void {
    matrix.restart();
    this.send(matrix, 'alive', {});
  }

  private send({ installation, device }: SimulatedMatrix, type: SonataEvent['type'], payload: unknown): void {
    const model = type === 'context' ? `/${MODEL}` : '';
    this.services.publish(`v2/${installation}/rx/${device}/${type}${model}`, JSON.stringify(payload));
    this.webhook.send({ type, installation, device, payload });
  }

  private find(installation: number, device: number): SimulatedMatrix | undefined {
    return this.matrices.find((matrix) => matrix.installation === installation && matrix.device === device);
  }
}
