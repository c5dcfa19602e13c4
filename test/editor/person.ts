import type { Locator } from 'playwright-core';

/** What a person does in a panel. */

/** The visible parts of a TypedInput, which stands behind the input that it replaces. */
const typedInput = (panel: Locator, id: string): Locator => panel.locator(`#${id} + .red-ui-typedInput-container`);

const pickFromMenu = async (panel: Locator, text: string): Promise<void> => {
  const menu = panel.page().locator('.red-ui-typedInput-options:visible');
  await menu.locator('a', { hasText: text }).first().click();
  await menu.waitFor({ state: 'hidden' });
};

/** Chooses a value in a TypedInput that offers a list. */
export async function chooseOption(panel: Locator, id: string, label: string): Promise<void> {
  await typedInput(panel, id).locator('.red-ui-typedInput-option-trigger').click();
  await pickFromMenu(panel, label);
}

/** Chooses where a TypedInput takes its value from. */
export async function chooseType(panel: Locator, id: string, label: string): Promise<void> {
  await typedInput(panel, id).locator('.red-ui-typedInput-type-select').click();
  await pickFromMenu(panel, label);
}

/** Types into a TypedInput, and goes on to the next field. */
export async function type(panel: Locator, id: string, text: string): Promise<void> {
  const input = typedInput(panel, id).locator('input.red-ui-typedInput-input');
  await input.fill(text);
  await input.press('Tab');
}

/** What a TypedInput shows. */
export const shown = (panel: Locator, id: string): Promise<string> =>
  typedInput(panel, id).locator('.red-ui-typedInput-option-label:visible, .red-ui-typedInput-value-label:visible').first().innerText();

/** The line under a row. */
export const noteOf = (panel: Locator, id: string): Locator => panel.locator(`#${id}-note`);
