// What a person does in the editor by mouse.

/** Drags a node from the palette to the canvas. Returns its id. */
export async function drop(page, type, x, y) {
  const entry = page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
  await entry.scrollIntoViewIfNeeded();
  // The palette scrolls smoothly: the entry must have come to rest.
  await entry.click({ trial: true });
  const from = await entry.boundingBox();
  const canvas = await page.locator('#red-ui-workspace-chart').boundingBox();
  // In the middle, whatever its height: it comes to lie there.
  await page.mouse.move(from.x + 20, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(canvas.x + x, canvas.y + y, { steps: 8 });
  await page.mouse.up();
  return page.evaluate((wanted) => RED.nodes.filterNodes({ type: wanted }).at(-1).id, type);
}

/** Messages of the debug sidebar. */
export function debugged(page, hasText) {
  return page.locator('.red-ui-debug-msg', { hasText });
}

export async function wire(page, from, to) {
  const middle = async (selector) => {
    const { x, y, width, height } = await page.locator(selector).boundingBox();
    return [x + width / 2, y + height / 2];
  };
  await page.mouse.move(...(await middle(`[id="${from}"] .red-ui-flow-port-output .red-ui-flow-port`)));
  await page.mouse.down();
  await page.mouse.move(...(await middle(`[id="${to}"] .red-ui-flow-port-input .red-ui-flow-port`)), { steps: 8 });
  await page.mouse.up();
}

export async function press(page, inject) {
  await page.locator(`[id="${inject}"] .red-ui-flow-node-button-button`).click();
}
