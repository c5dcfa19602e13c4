import { asEnsembleError, type EnsembleError } from '../../core/errors';
import type { HttpRequest, SendOptions } from '../../core/http/request';
import { pauseBetween } from '../../core/keeping';
import type { Scope } from '../../core/scope';
import { readMessage, type SonataEvent } from './event-form';
import type { MqttListener } from './recipients';
import { type MatrixIds, type PatternKey, patternRequest } from './requests';
import { isSame, isShown, type Levels, type ShownMatrix, type ShownPatterns } from './shown-patterns';

/** Milliseconds. Tests wait less. */
export const RESTORE = {
  /** Within which matrices that have power again together get their patterns. What a matrix is heard of by several ways counts once. */
  spread: 500,
  /** For which a server that cannot be reached is tried. */
  limit: 10 * 60_000,
};

export interface RestorerOptions {
  readonly scope: Scope;
  readonly patternKey: PatternKey;
  readonly shown: ShownPatterns;
  /** Undefined: each message names one. */
  readonly installationId: number | undefined;
  send(request: HttpRequest, options: SendOptions): Promise<unknown>;
  warn(text: string): void;
}

/** What was known of a matrix when it started. */
interface Start extends Pick<ShownMatrix, 'accepted' | 'heard' | 'begun'> {
  readonly levels: Levels | undefined;
}

const startOf = ({ now, accepted, heard, begun }: ShownMatrix): Start => ({ levels: now, accepted, heard, begun });

/** Sends matrices that have started what they showed last. */
export class Restorer {
  /** The matrices that are being restored, and their last start. */
  private readonly underWay = new Map<ShownMatrix, Start>();
  /** Those of them that have not been sent anything yet. */
  private readonly waiting = new Set<ShownMatrix>();

  constructor(private readonly options: RestorerOptions) {}

  /** How many are being restored. */
  get busy(): number {
    return this.underWay.size;
  }

  /** A matrix has started. */
  alive(ids: MatrixIds): void {
    const matrix = this.options.shown.known(ids);
    if (!matrix || !this.isOurs(matrix)) return;
    const before = this.underWay.get(matrix);
    // The same start may be heard of twice, with the word that it is dark in between.
    const isSameStart = before?.begun === matrix.begun && this.waiting.has(matrix) && !isShown(matrix.now);
    if (!isSameStart) this.underWay.set(matrix, startOf(matrix));
    if (!before) void this.keepRestoring(matrix);
  }

  /** A server may tell of other people's installations: their matrices get nothing. */
  private isOurs({ ids, begun }: ShownMatrix): boolean {
    const { installationId } = this.options;
    return installationId === undefined ? begun > 0 : installationId === ids.installation_id;
  }

  private async keepRestoring(matrix: ShownMatrix): Promise<void> {
    try {
      for (let last: Start | undefined; last !== this.underWay.get(matrix); ) {
        this.waiting.add(matrix);
        await this.options.scope.sleep(RESTORE.spread * Math.random());
        this.waiting.delete(matrix);
        last = this.underWay.get(matrix) as Start;
        await this.restore(matrix, last);
      }
    } catch (thrown) {
      const { code, message } = asEnsembleError(thrown);
      const { installation_id, device_id } = matrix.ids;
      if (code !== 'CANCELLED')
        this.options.warn(`restoreOnAlive: matrix ${installation_id}/${device_id} did not get its pattern again: ${message}`);
    } finally {
      this.underWay.delete(matrix);
    }
  }

  /** Ends when the matrix shows what this gateway has sent it last, or what somebody else has shown there since it started. @throws EnsembleError */
  private async restore(matrix: ShownMatrix, start: Start): Promise<void> {
    const { scope } = this.options;
    let { levels, accepted, heard, begun } = start;
    const end = performance.now() + RESTORE.limit;
    for (let failures = 0; ; ) {
      await scope.race(matrix.idle());
      // A request that began after the start has shown something newer.
      if (matrix.accepted > begun) return;
      // One that was under way then may have come before the start, or after it.
      if (matrix.accepted > accepted) levels = matrix.sent ?? matrix.now;
      // A matrix that has just started may tell that it is dark; what else it tells was shown by somebody else.
      else if (matrix.heard > heard && (failures > 0 || isShown(matrix.now)) && !isSame(matrix.now, levels)) return;
      if (!isShown(levels)) return;
      const before = matrix.begun;
      const error = await this.send(matrix, levels);
      if (error) {
        if (!error.cause.retryable || performance.now() > end) throw error;
        ({ heard } = matrix);
        await scope.sleep(pauseBetween(error, ++failures));
        continue;
      }
      if (matrix.begun === before + 1) return;
      // Another request that began meanwhile may have come before this one.
      ({ accepted, heard, begun } = matrix);
      levels = matrix.sent ?? matrix.now;
    }
  }

  private send({ ids }: ShownMatrix, levels: Levels): Promise<EnsembleError | undefined> {
    const { scope, patternKey, send } = this.options;
    const request = patternRequest(ids, levels, patternKey);
    return send(request, { repeatable: true, scope }).then(() => undefined, asEnsembleError);
  }
}

/** Hears the events of an installation over MQTT, with the event nodes or without any. */
export function listenerOf(
  identity: string,
  warn: (text: string) => void,
  hear: (event: SonataEvent, isInitial: boolean) => void,
): MqttListener {
  return {
    nodeId: `restore ${identity}`,
    deviceId: undefined,
    receive({ topic, text, initial }) {
      if (topic.type === 'context' && text === '') return;
      try {
        hear(readMessage(topic, text, () => {}).event, initial);
      } catch (error) {
        warn(`restoreOnAlive: ${asEnsembleError(error).message}`);
      }
    },
    state: () => {},
    report: ({ message }) =>
      warn(`restoreOnAlive: no events come in over MQTT, and only those of sonata-events nodes count until they do: ${message}`),
    warn,
  };
}
