import { createSocket } from 'node:dgram';
import { asEnsembleError } from '../../core/errors';
import { poll } from '../../core/follow/poll';
import type { Scope } from '../../core/scope';

/**
 * Facts: the document's "Network methods" have the port, and that the authcode is broadcast again and again; the vendor's library
 * sends it as it is, without anything around it, every 5 seconds. Tests have shorter intervals.
 */
export const ANNOUNCEMENT = {
  port: 590,
  /** Milliseconds between two packets. */
  interval: 5000,
  /** Milliseconds between two readings of the authcode, which "may change over time". */
  renewal: 60_000,
};

export interface AnnouncementOptions {
  /** A host, or an address for broadcast or multicast. */
  readonly to: string;
  readonly scope: Scope;
  /** The user's authcode; undefined where there is none. @throws EnsembleError */
  readonly authcode: () => Promise<string | undefined>;
  /** Shows each text once. */
  readonly warn: (text: string) => void;
  readonly send?: typeof sendPacket;
}

/** Announces a user in the local network, so that the backend can tell which devices are in it. Lives as long as the scope. */
export function announce({ to, scope, authcode, warn, send = sendPacket }: AnnouncementOptions): void {
  let known: string | undefined;
  let isRunning = false;
  const repeat = async (): Promise<never> => {
    for (;;) {
      // A packet that fails because the scope ends is not reported.
      if (known !== undefined)
        await send(known, to, scope).catch((error: unknown) => scope.ended || warn(`announce: ${reasonOf(error, to)}; it is tried again`));
      await scope.sleep(ANNOUNCEMENT.interval);
    }
  };
  const work = async (): Promise<void> => {
    known = await authcode();
    if (known === undefined) warn('announce: the backend has no authcode of this user, so there is nothing to announce');
    // The scope may have ended during the reading.
    if (isRunning || scope.ended) return;
    isRunning = true;
    repeat().catch(() => {});
  };
  const asking = poll({
    interval: ANNOUNCEMENT.renewal,
    scope,
    work,
    state: () => {},
    report: ({ message }) => warn(`announce: the user's authcode could not be read (${message}); it is tried again`),
  });
  // Both end with the scope only.
  asking.catch(() => {});
}

function reasonOf(error: unknown, to: string): string {
  const { code = '' } = error as { code?: unknown };
  return `no packet could be sent to ${to} (${String(code) || asEnsembleError(error).message})`;
}

/** One packet over UDP. A socket of its own for each: the network may be another one by then. */
function sendPacket(text: string, to: string, scope: Scope): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    let isOpen = true;
    const end = (error?: Error | null): void => {
      release();
      if (isOpen) socket.close();
      isOpen = false;
      if (error) reject(error);
      else resolve();
    };
    const release = scope.defer(() => end());
    socket.on('error', end);
    socket.bind(0, () => {
      try {
        socket.setBroadcast(true);
        socket.send(text, ANNOUNCEMENT.port, to, end);
      } catch (error) {
        end(error as Error);
      }
    });
  });
}
