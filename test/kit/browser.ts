import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import type { Language } from './languages';
import { ROOT } from './root';

// What the functions given to `evaluate` find in the page.
declare const localStorage: { setItem(key: string, value: string): void };

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'];
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const MORE_ARGS = ['--disable-component-update', '--disable-sync'];
/** Milliseconds that anything in a page may take, on a machine that does much else meanwhile. */
const TIMEOUT = 45_000;
/** Milliseconds that Chromium may take to start, beside others that start. */
const LAUNCH_TIMEOUT = 120_000;
const SCREENSHOTS = join(ROOT, 'screenshots');

let browser: Promise<Browser> | undefined;
if (typeof after === 'function') after(async () => (await browser)?.close());

/** The system's Chromium, else the one from npm; one for all tests of this process. */
export function launchChromium(): Promise<Browser> {
  browser ??= findChromium().then((executablePath) =>
    chromium.launch({ executablePath, args: [...ARGS, ...MORE_ARGS], timeout: LAUNCH_TIMEOUT }),
  );
  return browser;
}

async function findChromium(): Promise<string> {
  const system = SYSTEM.find((path) => existsSync(path));
  if (system) return system;
  const { default: packed } = await import('@sparticuz/chromium');
  return packed.executablePath();
}

export interface PageOptions {
  /** Node-RED 4 has no dark theme of its own: there, `dark` changes nothing. */
  readonly theme?: 'light' | 'dark';
  readonly language?: Language;
  readonly width?: number;
  readonly height?: number;
}

export interface OpenPage {
  readonly page: Page;
  /** What the page threw or logged as an error. */
  readonly errors: string[];
  /** Closes it, and whatever it has opened. */
  close(): Promise<void>;
}

/** Tabs that nobody uses, by language. What one has compiled for an address it need not compile again: most of opening an editor. */
const idle = new Map<string, Page[]>();

/** A page in a browser that knows nothing yet but what is given to its local storage. */
export async function openPage(url: string, options: PageOptions = {}, stored: Record<string, string> = {}): Promise<OpenPage> {
  const { theme = 'light', language = 'en-US', width = 1280, height = 900 } = options;
  const page = idle.get(language)?.pop() ?? (await newTab(language));
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: theme });
  if (url.startsWith('http')) await forget(page, new URL(url).origin);
  const storing = await page.addInitScript((items) => {
    for (const [name, value] of Object.entries(items)) localStorage.setItem(name, value);
  }, stored);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.stack ?? String(error)));
  page.on('console', (message) => message.type() === 'error' && errors.push(`${message.text()} (${message.location().url})`));
  await page.goto(url);
  let open = true;
  const close = async () => {
    if (!open) return;
    open = false;
    await storing.dispose();
    await leave(page);
    idle.set(language, [...(idle.get(language) ?? []), page]);
  };
  return { page, errors, close };
}

async function newTab(language: string): Promise<Page> {
  const context = await (await launchChromium()).newContext({ locale: language });
  context.setDefaultTimeout(TIMEOUT);
  return context.newPage();
}

/** What an earlier page of the same address has stored. */
async function forget(page: Page, origin: string): Promise<void> {
  const client = await page.context().newCDPSession(page);
  await client.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
  await client.detach();
}

async function leave(page: Page): Promise<void> {
  const context = page.context();
  for (const other of context.pages()) if (other !== page) await other.close();
  await page.removeAllListeners();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await context.clearPermissions();
  // An editor with changes asks whether to stay.
  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto('about:blank');
  await page.removeAllListeners();
}

/** A picture for people, in the ignored folder `screenshots`, where `npm test -- --screenshots` asks for them. Returns its path. */
export async function screenshot(target: Page | Locator, name: string): Promise<string | undefined> {
  if (!process.env.ENSEMBLE_SCREENSHOTS) return undefined;
  mkdirSync(SCREENSHOTS, { recursive: true });
  const path = join(SCREENSHOTS, `${name}.png`);
  await target.screenshot({ path });
  return path;
}
