import { z } from 'zod';
import { asEnsembleError } from '../../core/errors';
import type { Scope } from '../../core/scope';
import type { ThingseeClient } from './client';
import { thingPath } from './parameters';
import { data } from './responses';
import { isCommon, sweep } from './sweep';

const group = data(z.looseObject({ group_id: z.string().optional() }));

/** The groups of single things, by which the topics of the stream are made. */
export class ThingGroups {
  private readonly known = new Map<string, string | undefined>();

  constructor(
    private readonly client: ThingseeClient,
    private readonly scope: Scope,
  ) {}

  get(tuid: string): string | undefined {
    return this.known.get(tuid);
  }

  /** A message says it. */
  learn(tuid: string, group: string): void {
    if (this.known.has(tuid)) this.known.set(tuid, group);
  }

  /**
   * Asks for those that are not known yet. One whose group cannot be read is polled, which tells why, and asked for again.
   * @throws EnsembleError that requests for the things would get, too
   */
  async lookUp(tuids: readonly string[]): Promise<void> {
    const missing = tuids.filter((tuid) => !this.known.has(tuid));
    const { common } = await sweep(missing, async (tuid) => {
      try {
        const { group_id } = group(await this.client.read(thingPath(tuid, '/group'), { scope: this.scope }));
        this.known.set(tuid, group_id);
      } catch (thrown) {
        // [G] 404 is said of a thing without a group, too.
        if (asEnsembleError(thrown).code !== 'NOT_FOUND') throw thrown;
        this.known.set(tuid, undefined);
      }
    });
    if (common && isCommon(common)) throw common;
  }
}
