import type { ConnectOptions } from '../../core/connection';
import { redactor } from '../../core/http/redact';
import { HttpConnection } from '../../core/http-connection';

export interface LampSettings {
  readonly host: string;
  readonly port: number;
}

export interface LampCredentials {
  readonly token: string | undefined;
}

export type LampOptions = ConnectOptions<LampSettings, LampCredentials>;

/** Talks to the vendor. All nodes with the same configuration share it. */
export class LampClient extends HttpConnection<LampSettings> {
  readonly vendor = 'lamp';

  constructor({ settings: { host, port }, settings, credentials: { token }, network }: LampOptions) {
    super(settings, {
      ...network,
      baseUrl: `${network.tls ? 'https' : 'http'}://${host}:${port}`,
      ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
      redact: redactor([token]),
    });
  }
}
