import { setTimeout as sleep } from 'node:timers/promises';
import type { DeviceResponse } from './http/response';
import { booleanOf, type Input, numberWithin } from './input';
import type { Faults } from './page/update';

/** The settings that make one vendor misbehave. */
export class FaultSwitches {
  values: Faults = { latency: 0, errorRate: 0, retryAfter: 0, otherwise: false };

  /** A setting that is not given stays as it is. @throws Refused */
  set(input: Input): void {
    const values = { ...this.values, ...input };
    this.values = {
      latency: numberWithin(values, 'latency', 0, 600_000),
      errorRate: numberWithin(values, 'errorRate', 0, 100),
      retryAfter: numberWithin(values, 'retryAfter', 0, 3600),
      otherwise: booleanOf(values, 'otherwise'),
    };
  }

  /** Waits, and responds in place of the vendor where it shall fail. @throws AbortError when the simulator ends */
  async respond(failure: (message: string) => unknown, end: AbortSignal): Promise<DeviceResponse | undefined> {
    const { latency, errorRate, retryAfter } = this.values;
    if (latency > 0) await sleep(latency, undefined, { signal: end });
    if (retryAfter > 0) return { status: 429, headers: { 'retry-after': String(retryAfter) }, body: failure('Too Many Requests') };
    if (Math.random() * 100 < errorRate) return { status: 500, body: failure('Error message') };
    return undefined;
  }
}
