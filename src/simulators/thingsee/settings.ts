type Range = readonly [min: number, max: number, initial: number];

/** The settings of each command id, with ranges from the vendor's pages on message profiles. */
const SETTINGS: Readonly<Record<number, Readonly<Record<string, Range>>>> = {
  1500: { measurementInterval: [1, 86_400, 60], reportInterval: [1, 86_400, 60] },
  1501: { nodeRole: [0, 1, 0], autoRole: [0, 1, 1], lowLatency: [0, 1, 0] },
  12200: { accelerometerMode: [0, 2, 0], weatherMode: [-1, 0, 0], hallMode: [-1, 1, 0], leakageMode: [0, 1, 0] },
  13200: { threshold: [60, 1100, 150], enableLed: [0, 1, 0], mode: [0, 2, 2], passiveReportInterval: [0, 86_400, 3600] },
  17110: { profileId: [0, 255, 0] },
};

/** The settings of a thing. */
export class ThingSettings {
  private readonly values = new Map<number, Record<string, number>>();

  read(tsmId: number): Readonly<Record<string, number>> {
    const initial = Object.fromEntries(Object.entries(SETTINGS[tsmId] ?? {}).map(([name, [, , value]]) => [name, value]));
    return { ...initial, ...this.values.get(tsmId) };
  }

  /** Takes the values within their range. A threshold outside is limited to it, one of 0 or less is the initial one. */
  apply(tsmId: number, command: Readonly<Record<string, unknown>>): void {
    const next = { ...this.read(tsmId) };
    for (const [name, [min, max, initial]] of Object.entries(SETTINGS[tsmId] ?? {})) {
      const value = command[name];
      if (typeof value !== 'number') continue;
      if (name === 'threshold') next[name] = value <= 0 ? initial : Math.min(max, Math.max(min, value));
      else if (value >= min && value <= max) next[name] = value;
    }
    this.values.set(tsmId, next);
  }
}
