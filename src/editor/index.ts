/** The descriptions of all nodes, put in by the build. */
declare const DESCRIPTIONS: Readonly<Record<string, unknown>>;
export const descriptions = DESCRIPTIONS;
