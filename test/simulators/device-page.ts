import type { Simulator } from '../../src/simulators/simulator';
import { type OpenPage, openPage, type PageOptions } from '../kit/browser';

const opened = new Set<OpenPage>();

afterEach(async () => {
  await Promise.all([...opened].map(({ close }) => close()));
  opened.clear();
});

/** The device page, once it shows what the selector names; it is closed after the test. */
export async function openDevices({ address }: Pick<Simulator, 'address'>, selector: string, options: PageOptions = {}): Promise<OpenPage> {
  const page = await openPage(address, options);
  opened.add(page);
  await page.page.locator(selector).first().waitFor();
  return page;
}

/** The looks of which there is a picture. */
export const LOOKS = [
  ['light', 'en-US'],
  ['dark', 'de'],
] as const;
