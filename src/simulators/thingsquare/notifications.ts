import { randomUUID } from 'node:crypto';
import type { Reply } from '../vendor';
import type { Account } from './accounts';
import { answer, type Call, type Route, word } from './reply';
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

/** Of each user, of either. */
const MOST = 100;

/** What users want to be told of, and what they were. The library alone knows of it. [G] All words, and the form of the lists. */
export class Notifications {
  private readonly wanted = new WeakMap<Account, Notification[]>();
  private readonly events = new WeakMap<Account, Event[]>();

  routes(): Route[] {
    const one =
      (serve: (call: Call, notification: Notification, all: Notification[]) => Reply) =>
      (call: Call): Reply => {
        const all = this.of(call.user);
        const found = all.find(({ id }) => id === call.parts[0]);
        return found ? serve(call, found, all) : word(404, 'event-fail');
      };
    return [
      ['GET', /^user\/event\/$/, ({ user }) => answer(this.of(user).map(shown))],
      ['POST', /^user\/event\/$/, (call) => this.add(call)],
      ['GET', /^user\/event\/([^/]+)$/, one((_call, notification) => answer(shown(notification)))],
      ['POST', /^user\/event\/([^/]+)$/, one((call, notification, all) => this.change(call, notification, all))],
      ['DELETE', /^user\/event\/([^/]+)$/, one(remove)],
      ['GET', /^user\/events\/$/, ({ user, query }) => answer(this.past(user).slice(0, Number(query.get('latest') ?? MOST)))],
    ];
  }

  private add({ user, form }: Call): Reply {
    const all = this.of(user);
    if (all.length >= MOST) return word(400, 'event-fail');
    const id = randomUUID();
    all.push({ id, fields: readData(form) });
    return word(201, id);
  }

  /** Without any field it is tried. */
  private change({ user, form }: Call, notification: Notification, all: Notification[]): Reply {
    const { id, fields } = notification;
    if (form.size > 0) all[all.indexOf(notification)] = { id, fields: readData(form) };
    else {
      const past = this.past(user);
      past.unshift({ ...fields, time: Date.now() });
      past.splice(MOST);
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

const OK = word(200, 'event-ok');
const remove = (_call: Call, notification: Notification, all: Notification[]): Reply => {
  all.splice(all.indexOf(notification), 1);
  return OK;
};
const shown = ({ id, fields }: Notification) => ({ id, ...fields });

function kept<T>(all: WeakMap<Account, T[]>, user: Account): T[] {
  const known = all.get(user) ?? [];
  all.set(user, known);
  return known;
}
