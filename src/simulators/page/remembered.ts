const PREFIX = 'ensemble-devices-';

/** What a person has chosen on this page, for the next time that it is opened; where the browser stores nothing, until it is closed. */
const chosen = new Map<string, string>();

export function remember(name: string, value: string): void {
  chosen.set(name, value);
  storage()?.setItem(PREFIX + name, value);
}

export const remembered = (name: string): string | undefined => chosen.get(name) ?? storage()?.getItem(PREFIX + name) ?? undefined;

function storage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    // A browser that stores nothing refuses even the property.
    return undefined;
  }
}
