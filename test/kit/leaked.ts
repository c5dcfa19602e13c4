/** Gives back what the careless node kept on purpose, or the test run could not end. */
export const leaked: (() => void)[] = [];

export function giveBack(): void {
  for (const release of leaked.splice(0)) release();
}
