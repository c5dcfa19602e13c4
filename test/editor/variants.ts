import { type NodeRedOptions, VERSION } from '../kit/node-red';

/** How a panel is looked at: in each theme, in each language, with and without a login. */
interface Variant {
  readonly theme: 'light' | 'dark';
  readonly language: 'en-US' | 'de';
  readonly options: NodeRedOptions;
}

/** Other than `/` on Node-RED 5. It stays the same in one process: what the browser knows, it knows by the address. */
const roots: NodeRedOptions = VERSION === 5 ? { httpAdminRoot: '/red' } : {};

export const withoutLogin: NodeRedOptions = roots;
export const withLogin: NodeRedOptions = { ...roots, adminAuth: true };

/** Node-RED 4 has no dark theme, and the words come from the same files: there, one language is enough. */
export const variants: readonly Variant[] = [
  ...(VERSION === 5 ? [{ theme: 'light', language: 'en-US', options: withoutLogin } as const] : []),
  { theme: 'dark', language: 'de', options: withLogin },
];
