/**
 * A URL; undefined where the text is none. Not by `URL.canParse`, which in Node 20.20 says no to letters such as ä as soon as V8
 * has optimized its caller.
 */
export function urlOf(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/** Whether it is a host alone, without protocol, port and path. Refuses also what only looks like an IP address: 192.168.1.300. */
export const isHost = (text: string): boolean =>
  /^(\[[0-9a-f:.]+\]|[^\s/:@?#[\]]+)$/i.test(text) && /[^.]/.test(text) && urlOf(`http://${text}`) !== undefined;

/**
 * The host that is meant, where that is not the one that is written: URL parsers and resolvers read `192.168.001.010` as
 * 192.168.1.8, `2130706433` as 127.0.0.1, and full-width letters as plain ones. Undefined where it is read as written, or
 * is no host at all.
 */
export function misreading(host: string): string | undefined {
  // IPv6 addresses have many spellings, but each has one meaning only.
  const read = host.startsWith('[') ? undefined : urlOf(`http://${host}`)?.hostname;
  if (read === undefined) return undefined;
  const labels = read.split('.');
  const written = host.toLowerCase().split('.');
  const isSame = labels.length === written.length && labels.every((label, index) => isWritten(label, written[index] ?? ''));
  return isSame ? undefined : read;
}

/** Names with letters beyond ASCII have a second form (`xn--…`). */
const isWritten = (label: string, written: string): boolean => label === written || (label.startsWith('xn--') && /[^ -~]/.test(written));

/** The host of an address as it is written; '' where it is no address. */
export const hostOf = (address: string): string =>
  /^[a-z][a-z\d+.-]*:[\\/]*(?:[^\\/?#@]*@)?(\[[^\]]*\]|[^\\/?#:]*)/i.exec(address)?.[1] ?? '';

/** Whether the network cannot read what is sent there: it is encrypted, or does not leave this machine. */
export const isConfidential = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(hostname);
