import {
  type Assumption,
  type CheckContext,
  cannotTell,
  confirmed,
  differs,
  type Finding,
  isAnswer,
} from '../../core/diagnostics/assumption';
import { told } from '../../core/error-texts';
import { asEnsembleError, EnsembleError } from '../../core/errors';
import { isPage } from '../../core/http/error-response';
import type { HttpResponse } from '../../core/http/request';
import type { WebSocketConnection } from '../../core/http/web-socket';
import type { Scope } from '../../core/scope';
import type { ThingsquareClient } from './client';
import { type Device, KINDS, readDevices, readPage, type Variable } from './devices';
import { type VariableName, variablePath } from './parameters';
import { PROTOCOL, pushPath } from './push-feed';
import { mayHideEnd, mayMeanEnd, namesUser, saysNoUser } from './session-end';
import { say } from './texts';

/** Variables whose history is tried: the first that has three points tells. */
const MAX_TRIED = 20;

const devicesOf = async (client: ThingsquareClient, scope: Scope): Promise<[string, Device][]> =>
  Object.entries(readDevices(await client.read('/0/devices/', { scope })));
const variablesOf = (devices: readonly [string, Device][]): (VariableName & { readonly variable: Variable })[] =>
  devices.flatMap(([device, kinds]) =>
    KINDS.flatMap((kind) => Object.entries(kinds[kind] ?? {}).map(([name, variable]) => ({ device, kind, name, variable }))),
  );

/** Milliseconds that the answer to a ping may take. */
const PONG = 10_000;

async function askForPush(client: ThingsquareClient, { scope }: Pick<CheckContext, 'scope'>): Promise<Finding> {
  const sockets: WebSocketConnection[] = [];
  const opening = (socket: WebSocketConnection): void => void sockets.push(socket);
  let heard = (): void => {};
  const answer = new Promise<void>((resolve) => (heard = resolve));
  const listener = { heard: () => heard(), message: () => {}, closed: () => {} };
  // Trouble with the login is none of the WebSocket.
  await client.read('/0/devices/', { scope });
  try {
    await client.webSocket({ method: 'GET', path: pushPath(client) }, { protocol: PROTOCOL, listener, opening }, scope);
    sockets.at(-1)?.ping();
    const isAnswered = await scope.waitAtMost(PONG, answer);
    return isAnswered ? confirmed(say('found.ping')) : differs(say('found.noPing'));
  } catch (thrown) {
    const error = asEnsembleError(thrown);
    if (!isAnswer(error)) throw error;
    return differs(say('found.notOpened', { status: error.cause.statusCode ?? 0 }));
  } finally {
    for (const socket of sockets) socket.end();
  }
}

export const assumptions: readonly Assumption<ThingsquareClient>[] = [
  {
    id: 'thingsquare-session-end',
    what: 'A refused request (400, 401, 403, 404, 410, or a redirect) is followed by one question for the user’s data, and so are an empty response and a list without devices where there were some. When that has no user either (a response that is empty, `undefined` or with an empty login; 401, 403, 404, 410 or a redirect; 400 with a word of the vendor), the session is opened again once and the request is repeated; what is refused again is refused. With an anonymous session its devices would be lost: a page or a redirect does not end it; at its start it is asked whether its user’s data can be read, and where they cannot, only 401 ends it.',
    inShort: 'A session has ended when the user’s data can no longer be read. Then a new one is opened once, and the request is repeated.',
    why: 'How the end of a session shows is documented for the user’s data only (404).',
    source: 'guess',
    check: 'Reads the user’s data and the devices without the session’s cookie.',
    async ask(client, { scope }) {
      const isAnonymous = client.settings.authentication === 'anonymous';
      /** Whether it would be recognized as the end of a session. */
      const read = async (path: string, hasNone: (response: HttpResponse) => boolean, isRefused: (error: EnsembleError) => boolean) => {
        try {
          const response = await client.session.sendWithoutSession({ method: 'GET', path }, { repeatable: true, scope });
          if (isPage(response))
            throw new EnsembleError('BAD_RESPONSE', 'a page', told('page', { status: response.statusCode }), {
              statusCode: response.statusCode,
            });
          return { status: response.statusCode, isEnd: hasNone(response), isList: !mayHideEnd(response) };
        } catch (thrown) {
          const error = asEnsembleError(thrown);
          if (!isAnswer(error)) throw error;
          return { status: error.cause.statusCode ?? 0, isEnd: isRefused(error), isList: false };
        }
      };
      const user = await read(
        '/0/user/',
        (response) => !namesUser(response, isAnonymous),
        (error) => saysNoUser(error, isAnonymous),
      );
      const devices = await read('/0/devices/', mayHideEnd, mayMeanEnd);
      const found = [
        say(user.isEnd ? 'found.userEnd' : 'found.userNoEnd', { status: user.status }),
        say(devices.isList ? 'found.devicesList' : 'found.devicesEnd', { status: devices.status }),
      ];
      return user.isEnd && devices.isEnd ? confirmed(...found) : differs(found);
    },
  },
  {
    id: 'thingsquare-acknowledged',
    what: 'A device has acknowledged a `d` variable when its `acked` is not before its `time`.',
    why: 'The document shows both times in an example, and does not explain them.',
    source: 'guess',
    check: 'Reads the devices, and looks for `d` variables with both times, in milliseconds.',
    async ask(client, { scope }) {
      const all = variablesOf(await devicesOf(client, scope)).filter(({ kind }) => kind === 'd');
      const timed = all.filter(({ variable: { time, acked } }) => time !== undefined && acked !== undefined);
      if (all.length === 0) return cannotTell(say('found.noVariable'));
      if (timed.length === 0) return cannotTell(say('found.noAcknowledged'));
      // Seconds since 1970 would be a thousand times less.
      const isMs = timed.every(({ variable: { time = 0, acked = 0 } }) => Math.min(time, acked) > 1e11);
      return isMs ? confirmed(say('found.milliseconds', { count: timed.length })) : differs(say('found.noMilliseconds'));
    },
  },
  {
    id: 'thingsquare-token',
    what: 'An API token logs in by `POST /0/session/` with the field `token`.',
    why: 'It is in the vendor’s library, not in its document.',
    source: 'other program',
    check: 'Logs in, where the frontend’s *Authentication* is the token.',
    corrects: '*Authentication* of the frontend',
    async ask(client, { scope }) {
      if (client.settings.authentication !== 'token') return undefined;
      await client.read('/0/devices/', { scope });
      return confirmed(say('found.token'));
    },
  },
  {
    id: 'thingsquare-history-pages',
    what: 'A history is read page by page: `from` names the point at which the next page begins, which comes twice, and the newest comes first.',
    why: 'It is in the vendor’s library, not in its document.',
    source: 'other program',
    check: 'Reads two pages of the history of a variable.',
    async ask(client, { scope }) {
      for (const variable of variablesOf(await devicesOf(client, scope)).slice(0, MAX_TRIED)) {
        const read = async (query: Record<string, number>) => readPage(await client.read(variablePath(variable), { scope, query }));
        const { points } = await read({ latest: 3 });
        const [first, second, third] = points;
        if (!first || !second || !third) continue;
        if (first.id < second.id && second.id < third.id) return differs(say('found.oldestFirst'));
        // Ids that do not follow the order tell nothing.
        if (first.id < second.id || second.id < third.id) continue;
        const older = await read({ latest: 2, from: second.id });
        if (older.points[0]?.id === second.id) return confirmed(say('found.newestFirst'));
        return differs(say((older.points[0]?.id ?? second.id) < second.id ? 'found.afterPoint' : 'found.ignored'));
      }
      return cannotTell(say('found.noHistory'));
    },
  },
  {
    id: 'thingsquare-push',
    what: 'The WebSocket of *Push* is served at the frontend’s own host, at `/0/session/` with the id of the frontend, which is the first part of the host’s name; the session’s cookie opens it with the subprotocol `thsq-user`, and pings are answered. It may outlive its session: the session is checked when it opens, and by a reading of the user’s data after each minute without a message; another WebSocket is opened where the session has ended.',
    inShort:
      'The WebSocket of *Push* is found at the frontend’s own host, below `/0/session/` with the frontend’s ID, and the session’s cookie opens it. It may outlive the session, and so is checked.',
    why: 'It is in the vendor’s library of 2018, not in its document. The library connects to the server without the id in its name.',
    source: 'other program',
    check: 'Opens the WebSocket, and sends a ping.',
    corrects: '*Transport* *Poll* of the event nodes',
    ask: askForPush,
  },
  {
    id: 'thingsquare-push-messages',
    what: 'Messages of *Push* are those of the library: `devices`, `delta` and `events`. A variable in a `delta` is whole, and a throttle time of 0 is at once. Since nobody promises that each change is pushed, the devices are listed every ten minutes, too.',
    why: 'They are in the vendor’s library of 2018, not in its document.',
    source: 'other program',
    check: 'Follow a device with *Push* and with *Poll*, and compare.',
    corrects: '*Transport* *Poll* of the event nodes',
  },
  {
    id: 'thingsquare-library',
    what: '*Share device*, *Create API token*, *Delete API token*, *Time of the value* (`timestamp`, in seconds) and *From ID* (`startid`) are sent as the library sends them. With `startid`, `latest` counts from the newest value; the library does not ask for several pages from an ID on, so all is asked for with one request. A token has 8 characters or more, without spaces.',
    why: 'They are in the vendor’s library of 2018, not in its document.',
    source: 'other program',
    check:
      'Use each of them once: share a device, create and delete a token, set a variable with a time, and read its history from an ID on.',
  },
  {
    id: 'thingsquare-update-variables',
    what: 'A device tells of a firmware update by variables of kind `s`: `fwup-progress` (percent), `fwup-state` (a word; one with `fail`, `error`, `abort` or `cancel` in it is a failure) and `fw-version` (the version of the image, as in the list), or by the same with `fw-` or `firmware-`. What was reported since the start counts. With a version, the update is over when that is reported; without, at 100 percent.',
    why: 'The document says how an update starts, and not where its progress and its end show.',
    source: 'guess',
    check: 'Update a device, and look at its variables meanwhile.',
  },
  {
    id: 'thingsquare-paths',
    what: 'Of two names of a path (`recover` and `recovery`; `fw` and, in the library, `firmware`) the first is right; the second is tried where the first is not found.',
    why: 'The document names them in two ways.',
    source: 'contradiction',
    check: 'Start and cancel a firmware update; have a recovery e-mail sent.',
  },
  {
    id: 'thingsquare-words',
    what: 'Responses are words; HTTP’s status counts, and not which word it is. A word with `-fail` in it is a refusal whatever the status.',
    why: 'Document and library have different words.',
    source: 'contradiction',
    check: 'The word is the result of each operation.',
  },
  {
    id: 'thingsquare-device-name',
    what: 'A device’s name is its variable `name`. Where there is none, lists show its platform.',
    why: 'The document has no name of a device.',
    source: 'guess',
    check: 'Reads the devices, and looks for such a variable.',
    async ask(client, { scope }) {
      const devices = await devicesOf(client, scope);
      if (devices.length === 0) return cannotTell(say('found.noDevice'));
      const named = devices.filter(([, { s, d }]) => (s?.name ?? d?.name) !== undefined).length;
      return named > 0
        ? confirmed(say('found.named', { count: named, all: devices.length }))
        : differs(say('found.noneNamed', { all: devices.length }));
    },
  },
  {
    id: 'thingsquare-cookie',
    what: 'Every cookie of the session is kept, for as long as the backend takes it.',
    why: 'Name and life of the cookie are not documented, and no limits of requests.',
    source: 'guess',
    check: 'Leave a node running for weeks: the session must be opened again by itself.',
  },
];
