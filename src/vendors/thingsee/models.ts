/** Haltian's names of its products, by the first four characters of a TUID; facts: Haltian's Toolbox. */
const MODELS: Readonly<Record<string, string>> = {
  TSPR: 'PRESENCE',
  TSPD: 'ENVIRONMENT',
  TSEN: 'ENVIRONMENT',
  TSAR: 'AIR',
  TSTF: 'DISTANCE',
  TSLK: 'LEAKAGE',
  TSGW: 'GATEWAY',
  TSAP: 'COUNT',
};

export const modelOf = (tuid: string): string | undefined => MODELS[tuid.slice(0, 4)];
