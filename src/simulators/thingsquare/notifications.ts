import { randomUUID } from 'node:crypto';
import { type DeviceResponse, ok } from '../http/response';
import type { Account } from './accounts';
import { type ThingsquareCall, type ThingsquareHandlers, textResponse } from './call';
import { readData } from './user-data';

interface Notification {
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
}
interface Event {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly [field: string]: unknown;
}

/** Of each user. */
const MAX = 100;

/** The notifications that users have set up, and those that they got: known from the library alone. [G] All responses and forms. */
export class Notifications {
  private readonly wanted = new WeakMap<Account, Notification[]>();
  private readonly events = new WeakMap<Account, Event[]>();

  routes(): ThingsquareHandlers {
    const one =
      (serve: (call: ThingsquareCall, notification: Notification, all: Notification[]) => DeviceResponse) =>
      (call: ThingsquareCall): DeviceResponse => {
        const all = this.of(call.user);
        const found = all.find(({ id }) => id === call.parts[0]);
        return found ? serve(call, found, all) : textResponse(404, 'event-fail');
      };
    return {
      'GET /0/user/event/': ({ user }) => ok(this.of(user).map(shown)),
      'POST /0/user/event/': (call) => this.add(call),
      'GET /0/user/event/:id': one((_call, notification) => ok(shown(notification))),
      'POST /0/user/event/:id': one((call, notification, all) => this.change(call, notification, all)),
      'DELETE /0/user/event/:id': one(remove),
      'GET /0/user/events/': ({ user, query }) => ok(this.past(user).slice(0, Number(query.get('latest') ?? MAX))),
    };
  }

  private add({ user, form }: ThingsquareCall): DeviceResponse {
    const all = this.of(user);
    if (all.length >= MAX) return textResponse(400, 'event-fail');
    const id = randomUUID();
    all.push({ id, fields: readData(form) });
    return textResponse(201, id);
  }

  /** Without any field, the notification is sent as a trial. */
  private change({ user, form }: ThingsquareCall, notification: Notification, all: Notification[]): DeviceResponse {
    const { id, fields } = notification;
    if (form.size > 0) all[all.indexOf(notification)] = { id, fields: readData(form) };
    else {
      const past = this.past(user);
      past.unshift({ ...fields, time: Date.now() });
      past.splice(MAX);
    }
    return OK;
  }

  private of(user: Account): Notification[] {
    return kept(this.wanted, user);
  }

  private past(user: Account): Event[] {
    return kept(this.events, user);
  }
}

const OK = textResponse(200, 'event-ok');
const remove = (_call: ThingsquareCall, notification: Notification, all: Notification[]): DeviceResponse => {
  all.splice(all.indexOf(notification), 1);
  return OK;
};
const shown = ({ id, fields }: Notification) => ({ id, ...fields });

function kept<T>(all: WeakMap<Account, T[]>, user: Account): T[] {
  const known = all.get(user) ?? [];
  all.set(user, known);
  return known;
}
