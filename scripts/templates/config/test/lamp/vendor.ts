import { respond } from '../kit/fault-server';
import type { Vendor } from '../kit/vendor';

const TOKEN = 'token-7f3a51c0';

export const lamp: Vendor = {
  name: 'lamp',
  connection: (url, more) => {
    const port = Number(new URL(url).port);
    return { id: 'connection', type: 'lamp-bridge', host: '127.0.0.1', port, credentials: { token: TOKEN }, ...more };
  },
  secrets: [TOKEN],
  examples: [],
  deployed: { nodes: [], good: respond([]), busy: [] },
};
