import type { Locator } from 'playwright-core';

/** What a person does in a panel. */

/** The visible parts of a TypedInput, which stands behind the input that it replaces. */
const typedInput = (panel: Locator, id: string): Locator => panel.locator(`#${id} + .red-ui-typedInput-container`);

/** How often a person presses again before giving up. */
const TRIES = 12;

/** A list that comes in, or a panel that still moves, closes an open menu or leaves it open: then a person presses again. */
async function pickFromMenu(trigger: Locator, pick: (menu: Locator) => Locator): Promise<void> {
  const menu = trigger.page().locator('.red-ui-typedInput-options:visible');
  for (let tries = 1; ; tries++) {
    if (!(await menu.isVisible())) await trigger.click();
    try {
      await pick(menu).click({ timeout: 3000 });
      await menu.waitFor({ state: 'hidden', timeout: 3000 });
      return;
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}

/** Chooses a value in a TypedInput that offers a list: by its label, or by its place in the list. */
export async function chooseOption(panel: Locator, id: string, choice: string | number): Promise<void> {
  await pickFromMenu(typedInput(panel, id).locator('.red-ui-typedInput-option-trigger'), (menu) =>
    typeof choice === 'number' ? menu.locator('a').nth(choice) : menu.locator('a', { hasText: choice }).first(),
  );
}

/** Chooses where a TypedInput takes its value from. */
export async function chooseType(panel: Locator, id: string, label: string): Promise<void> {
  await pickFromMenu(typedInput(panel, id).locator('.red-ui-typedInput-type-select'), (menu) =>
    menu.locator('a', { hasText: label }).first(),
  );
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
