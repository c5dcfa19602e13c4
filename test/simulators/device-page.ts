import type { Page } from 'playwright-core';
import type { Simulator } from '../../src/simulators/simulator';
import { type OpenPage, openPage, type PageOptions } from '../kit/browser';

const opened = new Set<OpenPage>();

afterEach(async () => {
  await Promise.all([...opened].map(({ close }) => close()));
  opened.clear();
});

interface DevicesOptions extends PageOptions {
  /** The vendor whose tab is open; the first unless given. */
  readonly vendor?: string;
}

/** The device page, once it shows what the selector names; it is closed after the test. */
export async function openDevices(
  { address }: Pick<Simulator, 'address'>,
  selector: string,
  { vendor, ...options }: DevicesOptions = {},
): Promise<OpenPage> {
  const page = await openPage(vendor ? `${address}/#${vendor}` : address, options);
  opened.add(page);
  await page.page.locator(selector).first().waitFor();
  return page;
}

/** Opens the drawer of the vendor that is shown: settings and faults. */
export const openDrawer = (page: Page): Promise<void> => page.locator('.vendor:visible summary').click();

/** The looks of which there is a picture. */
export const LOOKS = [
  ['light', 'en-US'],
  ['dark', 'de'],
] as const;
