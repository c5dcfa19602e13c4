/**
 * How a host is read, where that is another than the one that is written: browsers and resolvers take `192.168.001.010` for
 * 192.168.1.8, `2130706433` for 127.0.0.1, and letters of double width for plain ones. Undefined where it is read as it is
 * written, or is no host at all.
 */
export function misreading(host: string): string | undefined {
  // Of IPv6 there are many spellings, of which each has one meaning.
  if (host.startsWith('[') || !URL.canParse(`http://${host}`)) return undefined;
  const read = new URL(`http://${host}`).hostname;
  const labels = read.split('.');
  const written = host.toLowerCase().split('.');
  const isSame = labels.length === written.length && labels.every((label, index) => isWritten(label, written[index] ?? ''));
  return isSame ? undefined : read;
}

/** Names in other letters than a to z have a second form (`xn--…`). */
const isWritten = (label: string, written: string): boolean => label === written || (label.startsWith('xn--') && /[^ -~]/.test(written));

/** The host of an address as it is written; of what is no address nothing. */
export const hostOf = (address: string): string =>
  /^[a-z][a-z\d+.-]*:[\\/]*(?:[^\\/?#@]*@)?(\[[^\]]*\]|[^\\/?#:]*)/i.exec(address)?.[1] ?? '';

/** Whether what is sent there can be read on the way by nobody: it is encrypted, or does not leave this machine. */
export const isConfidential = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(hostname);
