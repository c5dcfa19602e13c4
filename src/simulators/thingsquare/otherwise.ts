import type { Otherwise } from '../vendor';

/** A page of a history begins after the point that `from` names. */
export const otherwise: Otherwise = {
  response(response, { query }) {
    const from = query.get('from');
    if (from === null || !Array.isArray(response.body)) return response;
    return { ...response, body: response.body.filter((point: { id?: unknown }) => String(point.id) !== from) };
  },
};
