import { frame } from '../kit/event-server';
import { type Behaviour, respond } from '../kit/fault-server';
import { RestlessServer } from '../kit/restless-server';

const stateOf = (value: number) => ({ value: String(value), on: 'true' });

/** A Turn with as many channels as one likes, which can be set. */
export class RestlessTurn extends RestlessServer {
  /** Nobody may change anything. */
  isReadOnly = false;
  /** Other channels that it has, as it describes them. */
  others: readonly object[] = [];

  private constructor(channels: number) {
    super({
      ids: Array.from({ length: channels }, (_, index) => `generic/${index + 1}/1`),
      frame: (id, value, modifiedBy) => frame(id, { modifiedBy, note: 'Wärme 🌡', state: stateOf(value) }),
      list: (values) => [
        ...[...values].map(([id, value]) => ({ id, dataType: 'number', channel_permission: 'read_write', state: stateOf(value) })),
        ...this.others,
      ],
    });
  }

  static start(channels: number): Promise<RestlessTurn> {
    return new RestlessTurn(channels).listen();
  }

  protected override readonly write: Behaviour = (response, request) => {
    if (this.isReadOnly) return void response.writeHead(403).end();
    const id = request.path.replace(/^.*\/channels\/(.*)\/state$/, '$1');
    // Whoever switches on what is on changes no value.
    const { value = this.values.get(id) } = request.json as { value?: number };
    this.change(id, String(request.headers['sender-id']), value);
    respond({})(response, request);
  };
}
