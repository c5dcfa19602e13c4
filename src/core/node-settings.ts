import { choice, integer, text } from './schema/parameters';

/** What every config node asks for, whatever its vendor. */
export const connectionSettings = {
  timeout: integer({ label: 'Timeout', help: 'The longest that one request may take.', min: 1, max: 600_000, unit: 'ms', default: 10_000 }),
};

/** What every action node asks for beside its operation. */
export const actionSettings = {
  result: text({ label: 'Result', help: 'The message property that takes the vendor’s answer.', default: 'payload' }),
  delivery: choice({
    label: 'Delivery',
    help: 'What happens to a message whose target still has a request under way. Other targets never wait.',
    options: ['all', 'latest', 'reject'],
    optionLabels: { all: 'wait in line', latest: 'only the newest waits', reject: 'refuse' },
    default: 'all',
  }),
  queueLimit: integer({
    label: 'Queue limit',
    help: 'So many messages may wait in this node; one more fails.',
    min: 0,
    max: 1_000_000,
    unit: 'messages',
    default: 1000,
    when: { delivery: 'all' },
  }),
};
