import type { Locator } from 'playwright-core';

// What the functions given to `evaluate` find in the page.
declare const getComputedStyle: (element: unknown) => { borderTopColor: string };

// The actions of a user in a panel.

/** The visible parts of a TypedInput, which stands behind the input that it replaces. */
const typedInput = (panel: Locator, id: string): Locator => panel.locator(`#${id} + .red-ui-typedInput-container`);

/** Opens all that a panel has folded. */
export async function unfold(panel: Locator): Promise<void> {
  const folded = panel.locator('.ensemble-fold:not([open]) > summary:visible');
  while ((await folded.count()) > 0) await folded.first().click();
}

/** Opens the fold that holds a row, if it is in one that is closed. */
export async function reach(panel: Locator, id: string): Promise<void> {
  const folded = panel.locator(`.ensemble-fold:not([open]):has(#${id}) > summary`);
  if ((await folded.count()) > 0) await folded.click();
}

/** How often a menu is opened again before the test fails. */
const TRIES = 12;

/** A list that has just been loaded, or a panel that still moves, may close an open menu: then it is opened again. */
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

/** Selects a value in a TypedInput with a list: by its label, or by its place in the list. */
export async function chooseOption(panel: Locator, id: string, choice: string | number): Promise<void> {
  await reach(panel, id);
  await pickFromMenu(typedInput(panel, id).locator('.red-ui-typedInput-option-trigger'), (menu) =>
    typeof choice === 'number' ? menu.locator('a').nth(choice) : menu.locator('a', { hasText: choice }).first(),
  );
}

/** Selects the type of a TypedInput. */
export async function chooseType(panel: Locator, id: string, label: string): Promise<void> {
  await reach(panel, id);
  await pickFromMenu(typedInput(panel, id).locator('.red-ui-typedInput-type-select'), (menu) =>
    menu.locator('a', { hasText: label }).first(),
  );
}

/** Types into a TypedInput, and moves to the next field. */
export async function type(panel: Locator, id: string, text: string): Promise<void> {
  await reach(panel, id);
  const input = typedInput(panel, id).locator('input.red-ui-typedInput-input');
  await input.fill(text);
  await input.press('Tab');
}

/** The text that a TypedInput shows. */
export const shownText = (panel: Locator, id: string): Promise<string> =>
  typedInput(panel, id).locator('.red-ui-typedInput-option-label:visible, .red-ui-typedInput-value-label:visible').first().innerText();

/** The note below a row. */
export const noteOf = (panel: Locator, id: string): Locator => panel.locator(`#${id}-note`);

/** Whether a TypedInput is marked as wrong: its border is red. */
export const isMarked = (panel: Locator, id: string): Promise<boolean> =>
  typedInput(panel, id).evaluate((element) => {
    const [red = 0, green = 0, blue = 0] = (getComputedStyle(element).borderTopColor.match(/\d+/g) ?? []).map(Number);
    return red > green + 40 && red > blue + 40;
  });
