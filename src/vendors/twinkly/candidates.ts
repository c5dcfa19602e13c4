/**
 * Where else the lost paths of the API may be. Every row is a guess of ours: *Check* tries them in this order, after the path that
 * the account has now. A family is the way in which one vendor would name all of them: where a status answers, there the commands
 * are looked for.
 */
export interface Family {
  /** Methods and paths as `overrides` have them. */
  readonly status: (target: string) => string;
  readonly command: (target: string) => string;
  readonly commandStatus: string;
}

/** @param runtime what stands for the runtime in a path */
const below = (base: string, runtime: string): Family => ({
  status: (target) => `GET ${base}/${target}s/${runtime}`,
  command: (target) => `POST ${base}/${target}s/{id}/${runtime}/command`,
  commandStatus: `GET ${base}/{target}s/{id}/${runtime}/command/{commandId}`,
});

/** One request for each id. */
const single = (base: string, runtime: string): Family => ({
  ...below(base, runtime),
  status: (target) => `GET ${base}/${target}s/{id}/${runtime}`,
});

/** The runtime first. */
const before = (base: string): Family => ({
  status: (target) => `GET ${base}/runtime/${target}s`,
  command: (target) => `POST ${base}/runtime/${target}s/{id}/command`,
  commandStatus: `GET ${base}/runtime/{target}s/{id}/command/{commandId}`,
});

export const FAMILIES: readonly Family[] = [
  below('/v2', 'runtime'),
  below('/v3', 'runtime'),
  single('/v2', 'runtime'),
  single('/v3', 'runtime'),
  before('/v2'),
  before('/v3'),
  below('/v2', 'status'),
  single('/v2', 'status'),
];

export const LISTS: readonly string[] = ['GET /v3/objects?mine=true', 'GET /v2/objects?mine=true', 'GET /v2/objects', 'GET /v3/objects'];

export const CONFIGURATIONS: readonly string[] = ['/v2', '/v3'].flatMap((base) => [
  `GET ${base}/devices/{deviceId}/configuration`,
  `GET ${base}/devices/{deviceId}/config`,
  `GET ${base}/devices/{deviceId}`,
]);

/** Where a field of a response may be. */
export const PLACES = {
  id: ['id', 'uuid', 'objectId', 'object_id'],
  installationId: ['installation.id', 'installation.uuid', 'installationId', 'installation_id'],
  effects: ['configuration.effects', 'effects', 'config.effects', 'installedEffects', 'configuration.installedEffects', 'movies'],
  playlists: ['configuration.playlists', 'playlists', 'config.playlists', 'configuration.installedPlaylists'],
  color: ['color', 'colour', 'rgb', 'currentColor', 'configuration.color'],
} as const;
