/** The devices that have sent events, or that a pattern was sent to, for the list in the panels. */
export class KnownDevices {
  /** A broken peer could name up to 2^48. */
  readonly most = 10_000;
  private readonly devices = new Map<number, Set<number>>();
  private size = 0;

  /** False where there is no room for it. */
  add(installationId: number, deviceId: number): boolean {
    const known = this.devices.get(installationId);
    if (known?.has(deviceId)) return true;
    if (this.size >= this.most) return false;
    this.size++;
    this.devices.set(installationId, (known ?? new Set()).add(deviceId));
    return true;
  }

  /** Installation and device, of one installation or of all. */
  list(installationId?: number): [number, number][] {
    const chosen = [...this.devices].filter(([id]) => installationId === undefined || id === installationId);
    return chosen.flatMap(([id, devices]) => [...devices].sort((a, b) => a - b).map((device): [number, number] => [id, device]));
  }
}
