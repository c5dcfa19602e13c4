import type { Otherwise } from '../vendor';

/** Messages are listed with the oldest first. */
export const otherwise: Otherwise = {
  response(response, { method, path }) {
    const { data } = (response.body ?? {}) as { data?: unknown };
    if (method !== 'GET' || !path.endsWith('/messages') || !Array.isArray(data)) return response;
    return { ...response, body: { data: data.toReversed() } };
  },
};
