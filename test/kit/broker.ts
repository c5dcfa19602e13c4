import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import { freePort } from './ports';
import { until } from './within';

export interface BrokerLogin {
  readonly username: string;
  readonly password: string;
}

export interface TestBrokerOptions {
  /** The login of clients. Default: none is needed. */
  readonly login?: BrokerLogin;
  /** Default: any free port. A broker that comes back must come back where it was. */
  readonly port?: number;
}

export interface MosquittoOptions extends TestBrokerOptions {
  /** Where it keeps its sessions, from one start to the next. Default: it forgets them. */
  readonly folder?: string;
  /** Of its configuration. */
  readonly lines?: readonly string[];
}

export interface TestBroker {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
  /** As a power cut does it: nothing is written down any more. */
  kill(): Promise<void>;
}

const MOSQUITTO = '/usr/sbin/mosquitto';

/** Debian's Mosquitto is there, or has to be (ENSEMBLE_REQUIRE_MOSQUITTO=1): then its absence fails the tests that use it. */
export const hasMosquitto = process.env.ENSEMBLE_REQUIRE_MOSQUITTO === '1' || existsSync(MOSQUITTO);

/** The brokers that tests of MQTT run against, by name. */
export const brokers: Readonly<Record<string, (options?: TestBrokerOptions) => Promise<TestBroker>>> = {
  aedes: startAedes,
  ...(hasMosquitto && { mosquitto: startMosquitto }),
};

/** A broker in this process. */
export async function startAedes({ login, port }: TestBrokerOptions = {}): Promise<TestBroker> {
  const chosen = port ?? (await freePort());
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(chosen, '127.0.0.1', resolve));
  const aedes = await Aedes.createBroker({
    authenticate: (_client, username, password, done) =>
      done(null, !login || (username === login.username && password?.toString() === login.password)),
  });
  server.on('connection', (socket) => void aedes.handle(socket));
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    await closed;
  };
  return { ...at(chosen), stop, kill: stop };
}

/** Debian's Mosquitto, in a process of its own, with an empty folder. */
export async function startMosquitto({ login, port, folder: sessions, lines: more = [] }: MosquittoOptions = {}): Promise<TestBroker> {
  if (!existsSync(MOSQUITTO)) throw new Error(`${MOSQUITTO} is not there: apt-get install mosquitto`);
  const folder = mkdtempSync(join(tmpdir(), 'ensemble-mosquitto-'));
  const chosen = port ?? (await freePort());
  const lines = [
    `listener ${chosen} 127.0.0.1`,
    `user ${userInfo().username}`,
    `allow_anonymous ${!login}`,
    'max_queued_messages 0',
    ...(sessions === undefined ? ['persistence false'] : ['persistence true', `persistence_location ${sessions}/`]),
    ...more,
  ];
  if (login) {
    const file = join(folder, 'passwords');
    execFileSync('mosquitto_passwd', ['-b', '-c', file, login.username, login.password]);
    lines.push(`password_file ${file}`);
  }
  writeFileSync(join(folder, 'mosquitto.conf'), `${lines.join('\n')}\n`);
  const broker = spawn(MOSQUITTO, ['-c', join(folder, 'mosquitto.conf')], { stdio: ['ignore', 'ignore', 'pipe'] });
  // It outlives a closed terminal otherwise.
  const kill = () => broker.kill('SIGKILL');
  process.once('exit', kill);
  broker.once('exit', () => process.off('exit', kill));
  let said = '';
  broker.stderr.on('data', (text: Buffer) => {
    said += text.toString();
  });
  const end = async (signal: NodeJS.Signals) => {
    if (broker.exitCode === null && broker.signalCode === null) {
      const gone = once(broker, 'exit');
      broker.kill(signal);
      await gone;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const stop = () => end('SIGTERM');
  try {
    await until('Mosquitto runs', () => {
      if (broker.exitCode !== null) throw new Error(`Mosquitto ended with ${broker.exitCode}: ${said}`);
      return said.includes(' running');
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...at(chosen), stop, kill: () => end('SIGKILL') };
}

const at = (port: number) => ({ port, url: `mqtt://127.0.0.1:${port}` });
