import type { Otherwise } from '../vendor';

const RUNTIME = /^\/v([23])\/((?:objects|installations)\/.*)$/;

/** All that has to do with a runtime is below v3: the guess of v2 is wrong then. */
export const otherwise: Otherwise = {
  request(request) {
    const [, version, rest] = RUNTIME.exec(request.path) ?? [];
    if (rest === undefined) return request;
    return { ...request, path: version === '3' ? `/v2/${rest}` : '/not-here' };
  },
};
