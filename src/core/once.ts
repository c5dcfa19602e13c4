/** Different texts that are logged; a peer could cause any number. */
const MAX_TEXTS = 100;

/** Tells each text once, so that the log is not filled with the same warning. That it stops after a hundred different ones is told too. */
export function once(tell: (text: string) => void): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (told.size > MAX_TEXTS || told.has(text)) return;
    told.add(text);
    tell(told.size > MAX_TEXTS ? `there were ${MAX_TEXTS} different warnings; no more of them are shown until the next deploy` : text);
  };
}
