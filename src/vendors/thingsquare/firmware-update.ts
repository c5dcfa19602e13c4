import { EnsembleError } from '../../core/errors';
import { askUntil } from '../../core/follow/until';
import type { OperationContext } from '../../core/operation';
import { sentencesOf } from '../../core/told-error';
import type { ThingsquareClient } from './client';
import { type Device, readDevice } from './devices';
import { readImages } from './firmware-images';
import { devicePath } from './parameters';
import { say } from './texts';

type Context = OperationContext<ThingsquareClient>;

/** Milliseconds between two readings of a device. */
const PAUSES = { first: 500, most: 5000 };
/** Seconds that a device may take to connect, where nothing else is said: it may sleep. */
const CONNECTING = 300;
/** "the d variable mode must be set to connected [...] the meta variable state will become connected" */
const CONNECTED = 'connected';

/**
 * [G] Where a device tells of an update: the document knows no such variable, and each firmware may have its own. The first of
 * these that is there counts. A version is that of the list of images.
 */
const TELLING = {
  progress: ['fwup-progress', 'fw-progress', 'firmware-progress'],
  version: ['fw-version', 'firmware-version'],
  state: ['fwup-state', 'fw-state', 'firmware-state'],
  failed: /fail|error|abort|cancel/i,
  done: /^(done|success|complete|finished)/i,
} as const;

const isConnected = ({ d, meta }: Device): boolean => d?.mode?.value === CONNECTED && meta?.state?.value === CONNECTED;

const read = async (path: string, { connection }: Context, scope: Context['scope']): Promise<Device> =>
  readDevice(await connection.read(path, { scope }));

/** Brings a device into the state in which an update can start. @throws EnsembleError TIMEOUT */
export async function connectDevice(id: string, limit = CONNECTING, context: Context): Promise<void> {
  const { send, scope, progress } = context;
  const path = devicePath(id);
  const before = await read(path, context, scope);
  if (isConnected(before)) return;
  if (before.d?.mode?.value !== CONNECTED)
    await send({ method: 'POST', path: `${path}/d/mode`, form: { value: CONNECTED } }, { repeatable: true });
  await askUntil({
    scope,
    limit,
    pauses: PAUSES,
    ask: async (asking) => isConnected(await read(path, context, asking)) || undefined,
    onPause: (left) => progress(`🔗 ${Math.ceil(left / 1000)} s`),
    timedOut: () =>
      new EnsembleError(
        'TIMEOUT',
        `the device has not connected within ${limit} seconds, so that no update was started; its variable mode is set to ${CONNECTED}`,
        say('update.notConnected', { seconds: limit }),
      ),
  });
}

/** What is known of a device and an image before the update. */
export interface BeforeUpdate {
  readonly device: Device;
  /** Of the image, as text; undefined where the list of images does not tell. */
  readonly version: string | undefined;
}

export async function readBefore(id: string, firmware: string, context: Context): Promise<BeforeUpdate> {
  const { connection, scope } = context;
  const images = readImages(await connection.read('/0/firmware/', { scope }));
  const { version } = images.find(({ name }) => name === firmware) ?? {};
  return { device: await read(devicePath(id), context, scope), version: version === undefined ? undefined : String(version) };
}

/** Reads a device until its variables tell that the update is over. @param left of `limit`, both in seconds @throws EnsembleError COMMAND_FAILED, TIMEOUT */
export async function awaitCompletion(
  id: string,
  before: BeforeUpdate,
  { left, limit }: { readonly left: number; readonly limit: number },
  context: Context,
): Promise<void> {
  let report: UpdateReport = {};
  /** Why the device could not be read the last time. */
  let trouble: EnsembleError | undefined;
  try {
    await askUntil({
      scope: context.scope,
      limit: left,
      pauses: PAUSES,
      async ask(asking) {
        report = reportedBy(await read(devicePath(id), context, asking), before);
        trouble = undefined;
        if (report.failure === undefined) return report.isDone || undefined;
        throw failedOnDevice(report, report.failure);
      },
      // A device that restarts may be missing for a while.
      onError(error) {
        if (error.code === 'COMMAND_FAILED') throw error;
        if (error.refused) throw unreadEnd(error);
        trouble = error;
      },
      onPause: (rest) => context.progress(report.progress === undefined ? `⏳ ${Math.ceil(rest / 1000)} s` : `${report.progress} %`),
      timedOut: () => lateUpdate(report, limit, trouble),
    });
  } catch (error) {
    // The update goes on: it must not be started once more.
    throw error instanceof EnsembleError ? Object.assign(error, { begun: true }) : error;
  }
}

/** What the variables of a device say of an update. */
interface UpdateReport {
  /** Percent. */
  readonly progress?: number | undefined;
  readonly isDone?: boolean;
  /** The vendor's word. */
  readonly failure?: string | undefined;
}

const failedOnDevice = (report: UpdateReport, words: string): EnsembleError => {
  const message = `the update was started, and it failed on the device: ${words}`;
  return new EnsembleError('COMMAND_FAILED', message, say('update.failed', { words }), progressOf(report));
};

const unreadEnd = (error: EnsembleError): EnsembleError =>
  error
    .withMessage(`the update was started, but its end cannot be read: ${error.message}`)
    .telling(say('update.unread'), ...sentencesOf(error));

/** @param trouble why the device could not be read the last time */
function lateUpdate(report: UpdateReport, seconds: number, trouble: EnsembleError | undefined): EnsembleError {
  const { progress: percent } = report;
  const known = percent === undefined ? 'no variable of the device has told of its end' : `it is at ${percent} percent`;
  const why = trouble ? `; the last reading of the device has failed: ${trouble.message}` : '';
  const sentence = percent === undefined ? say('update.untold', { seconds }) : say('update.at', { seconds, percent });
  const message = `the update was started, but within ${seconds} seconds ${known}${why}`;
  return new EnsembleError('TIMEOUT', message, [sentence, ...(trouble ? sentencesOf(trouble) : [])], progressOf(report));
}

const progressOf = ({ progress }: UpdateReport) => (progress === undefined ? {} : { progress });

/** Only what was reported since the update has started counts. */
export function reportedBy({ s = {} }: Device, { device, version }: BeforeUpdate): UpdateReport {
  const since = (names: readonly string[]): string | undefined => {
    const name = names.find((one) => Object.hasOwn(s, one));
    if (name === undefined) return undefined;
    const [now, then] = [s[name], device.s?.[name]];
    const isNew = now?.time !== then?.time || now?.value !== then?.value;
    return isNew ? String(now?.value) : undefined;
  };
  const progress = Number.parseFloat(since(TELLING.progress) ?? '');
  const state = since(TELLING.state) ?? '';
  const isNewVersion = version !== undefined && since(TELLING.version) === version;
  // The image is at the device then, which may still have to restart with it.
  const tellsVersion = version !== undefined && TELLING.version.some((name) => Object.hasOwn(s, name));
  return {
    progress: Number.isNaN(progress) ? undefined : progress,
    failure: TELLING.failed.test(state) ? state : undefined,
    isDone: isNewVersion || TELLING.done.test(state) || (!tellsVersion && progress >= 100),
  };
}
