import { ok } from '../http/response';
import type { Otherwise } from '../vendor';

/** The version is no text, but an object. */
export const otherwise: Otherwise = {
  response: (response, { path }) => (path === '/config/version' ? ok({ version: '1.3.1' }) : response),
};
