import type { ServerResponse } from 'node:http';
import { type Behaviour, FaultServer, type Recorded, respond } from '../kit/fault-server';
import { isLogin, TOKEN } from './fake-cloud';

export interface CloudAlert {
  readonly type: string;
  /** Unix seconds. */
  readonly from: number;
  to?: number;
}

export const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19);

/** An API with nothing but alerts. */
export class AlertCloud {
  readonly things = new Map<string, CloudAlert[]>();
  /** Unix seconds, which a test lets pass. */
  now = Math.floor(Date.now() / 1000);
  /** What the list of alerting things has besides. */
  odd: unknown[] = [];
  /** Those that the list leaves out. */
  readonly unlisted = new Set<string>();
  /** What is done with a request in place of the good response. */
  fault: (request: Recorded) => Behaviour | undefined = () => undefined;

  private constructor(readonly server: FaultServer) {
    server.good = (response, request) => (this.fault(request) ?? ((response) => this.respond(response, request)))(response, request);
  }

  static async start(): Promise<AlertCloud> {
    return new AlertCloud(await FaultServer.start());
  }

  get url(): string {
    return this.server.url;
  }

  begin(tuid: string, type = 'heartbeat missed', from = this.now): CloudAlert {
    const alert: CloudAlert = { type, from };
    this.alertsOf(tuid).push(alert);
    return alert;
  }

  end(tuid: string, type = 'heartbeat missed', to = this.now): void {
    for (const alert of this.alertsOf(tuid)) if (alert.type === type) alert.to ??= to;
  }

  alertsOf(tuid: string): CloudAlert[] {
    const known = this.things.get(tuid) ?? [];
    this.things.set(tuid, known);
    return known;
  }

  get lists(): number {
    return this.server.requests.filter(({ path }) => path === '/things/alerts').length;
  }

  /** Things whose alerts were asked for. */
  get read(): string[] {
    return this.server.requests.flatMap(({ path }) => /^\/things\/([^/]+)\/alerts/.exec(path)?.[1] ?? []);
  }

  private respond(response: ServerResponse, request: Recorded): void {
    const headers = { date: new Date(this.now * 1000).toUTCString() };
    const [pathname = '', query] = request.path.split('?');
    if (isLogin(request)) respond({ data: { token: TOKEN } }, 200, headers)(response, request);
    else if (pathname === '/things/alerts') respond({ data: { alerting_tuids: this.alerting() } }, 200, headers)(response, request);
    else {
      const [, tuid = '', rest] = /^\/things\/([^/]+)(\/alerts)?$/.exec(pathname) ?? [];
      const alerts = this.things.get(tuid);
      const from = Number(new URLSearchParams(query).get('from') ?? -Infinity);
      if (!alerts) respond({ statusCode: 404, error: 'Not Found', message: 'Not Found' }, 404, headers)(response, request);
      else respond({ data: rest ? this.entries(tuid, alerts, from) : { tuid } }, 200, headers)(response, request);
    }
  }

  private alerting(): unknown[] {
    const active = [...this.things].filter(([tuid, alerts]) => !this.unlisted.has(tuid) && alerts.some(({ to }) => to === undefined));
    return [...active.map(([tuid]) => tuid), ...this.odd];
  }

  /** Those that began after `from`, by the strictest reading of the document. */
  private entries(tuid: string, alerts: readonly CloudAlert[], earliest: number): unknown[] {
    const meant = alerts.filter(({ from }) => from >= earliest);
    return [...new Set(meant.map(({ type }) => type))].map((alert_type) => ({
      ...{ tuid, alert_type },
      alerts: meant
        .filter(({ type }) => type === alert_type)
        .map(({ from, to }) => ({ from: iso(from), to: to === undefined ? null : iso(to) })),
    }));
  }
}
