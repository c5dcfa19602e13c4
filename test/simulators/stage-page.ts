import type { Locator, Page } from 'playwright-core';

/** What is there when the stage is shown. */
export const ready = '.stage [data-stage="turn"]';
export const place = (page: Page, vendor: string): Locator => page.locator(`.stage [data-stage="${vendor}"]`);
export const dialOf = (page: Page): Locator => place(page, 'turn').getByRole('slider');
