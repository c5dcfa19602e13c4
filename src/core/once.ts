/** Different texts that are logged; a peer could cause any number. */
const MOST = 100;

/** Tells each text once, so that the log is not filled with the same warning. That it stops after a hundred different ones is told too. */
export function once(tell: (text: string) => void): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (told.size > MOST || told.has(text)) return;
    told.add(text);
    tell(told.size > MOST ? `there were ${MOST} different warnings; no more of them are shown until the next deploy` : text);
  };
}
