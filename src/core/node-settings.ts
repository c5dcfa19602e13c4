import { choice, integer, text } from './schema/parameters';

/** What every config node asks for, whatever its vendor. */
export const connectionSettings = {
  timeout: integer({ label: 'Timeout', help: 'Maximum time per request.', min: 1, max: 600_000, unit: 'ms', default: 10_000 }),
};

/** What every action node asks for beside its operation. */
export const actionSettings = {
  result: text({ label: 'Result', help: 'Message property that receives the vendor’s response.', default: 'payload' }),
  delivery: choice({
    label: 'Delivery',
    help: 'What happens to a message while a request to its target is in progress. Messages for other targets are not affected.',
    options: ['all', 'latest', 'reject'],
    optionLabels: { all: 'queue all', latest: 'queue only the latest', reject: 'reject' },
    default: 'all',
  }),
  queueLimit: integer({
    label: 'Queue limit',
    help: 'Maximum number of queued messages; further ones fail with QUEUE_FULL.',
    min: 0,
    max: 1_000_000,
    unit: 'messages',
    default: 1000,
    when: { delivery: 'all' },
  }),
  keepFor: integer({
    label: 'Keep for',
    help: 'How long a message is kept and tried again while the vendor is overloaded or cannot be reached, counted from its arrival. 0: it fails at once.',
    min: 0,
    max: 604_800,
    unit: 'seconds',
    default: 0,
  }),
};
