import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { ROOT } from './root';

// What the functions given to `evaluate` find in the page.
declare const localStorage: { setItem(key: string, value: string): void };

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'];
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const MORE_ARGS = ['--disable-component-update', '--disable-sync'];
const SCREENSHOTS = join(ROOT, 'screenshots');

let browser: Promise<Browser> | undefined;
if (typeof after === 'function') after(async () => (await browser)?.close());

/** The system's Chromium, else the one from npm; one for all tests of this process. */
export function launchChromium(): Promise<Browser> {
  browser ??= findChromium().then((executablePath) => chromium.launch({ executablePath, args: [...ARGS, ...MORE_ARGS] }));
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
  readonly language?: 'en-US' | 'de';
  readonly width?: number;
  readonly height?: number;
}

export interface OpenPage {
  readonly page: Page;
  /** What the page threw or logged as an error. */
  readonly errors: string[];
}

/** A page in a browser that knows nothing yet. */
export async function openPage(url: string, options: PageOptions = {}): Promise<OpenPage> {
  const { theme = 'light', language = 'en-US', width = 1280, height = 900 } = options;
  const context = await (await launchChromium()).newContext({ viewport: { width, height }, locale: language, colorScheme: theme });
  context.setDefaultTimeout(20000);
  await context.addInitScript((wanted) => localStorage.setItem('view-dark-theme', wanted), theme);
  await context.addInitScript((wanted) => localStorage.setItem('editor-language', wanted), language);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.stack ?? String(error)));
  page.on('console', (message) => message.type() === 'error' && errors.push(`${message.text()} (${message.location().url})`));
  await page.goto(url);
  return { page, errors };
}

/** A picture for people, in the ignored folder `screenshots`. Returns its path. */
export async function screenshot(target: Page | Locator, name: string): Promise<string> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const path = join(SCREENSHOTS, `${name}.png`);
  await target.screenshot({ path });
  return path;
}
