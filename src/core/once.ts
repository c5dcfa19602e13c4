/** Different texts that are told; so many are no list to read any more, and a peer could go on for ever. */
const MOST = 100;

/** Tells each text once: a warning with every message would drown the log. That it stops after a hundred different ones is told too. */
export function once(tell: (text: string) => void): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (told.size > MOST || told.has(text)) return;
    told.add(text);
    tell(told.size > MOST ? `there were ${MOST} different warnings; no more of them are shown until the next deploy` : text);
  };
}
