export const tuid = 'TSPR04X2Z74162947';
const period = { from: 1586952604, to: 1586952999 };
const query = 'from=1586952604&to=1586952999';
const groups = [{ group_id: 'g', group_description: null }];
export const command = { tsmId: 1500, tsmEv: 30, transactionId: 7, reportInterval: 60 };
const sent = [{ ...command, tsmDstTuid: tuid }];
const message = { tsmId: 1110, tsmEv: 10, tsmTs: 1559638241, tsmTuid: tuid, batl: 74 };
const status = { tuid, installation_status: 'retired', timestamp: 1559564455 };

interface DocumentedRequest {
  readonly node: string;
  readonly operation: string;
  readonly parameters?: Record<string, unknown>;
  readonly request: string;
  readonly body?: unknown;
  readonly data: unknown;
  /** Where it differs from the data. */
  readonly result?: unknown;
}

/** The vendor's "Open Services API", endpoint by endpoint: the operation, its request, the response, and what the flow gets. */
export const WIRE: readonly DocumentedRequest[] = [
  {
    node: 'thing-query',
    operation: 'get-info',
    parameters: { tuid },
    request: `GET /things/${tuid}`,
    data: { battery_level: null, timestamp: 1586952604, location: { lat: '65.01', lon: 25.52 }, gateway_tuid: null },
    result: { timestamp: 1586952604, location: { lat: 65.01, lon: 25.52 } },
  },
  {
    node: 'thing-query',
    operation: 'get-info',
    parameters: { tuid: '%2e/?#ü' },
    request: 'GET /things/%252e%2F%3F%23%C3%BC',
    data: { location: { lat: '', lon: ' ' } },
    result: { location: {} },
  },
  {
    node: 'thing-query',
    operation: 'get-info',
    parameters: { tuid },
    request: `GET /things/${tuid}`,
    data: { battery_level: '86', timestamp: '1586952604', gateway_tuid: '12345678901234567', version: '2019.11' },
    result: { battery_level: 86, timestamp: 1586952604, gateway_tuid: '12345678901234567', version: '2019.11' },
  },
  {
    node: 'thing-query',
    operation: 'list-messages',
    parameters: { tuid, limit: 1 },
    request: `GET /things/${tuid}/messages?limit=1`,
    data: [
      { ...message, tsmId: '12100', tsmTs: '1559638241', temp: '-21.50', deploymentGroupId: '0815', tsmGw: '1', at: [{ accx: '1e-2' }] },
    ],
    result: [{ ...message, tsmId: 12100, tsmTs: 1559638241, temp: -21.5, deploymentGroupId: '0815', tsmGw: '1', at: [{ accx: 0.01 }] }],
  },
  {
    node: 'thing-installation',
    operation: 'list',
    parameters: { tuid },
    request: `GET /things/${tuid}/installations`,
    data: [{ ...status, timestamp: String(status.timestamp) }],
    result: [status],
  },
  {
    node: 'thing-command',
    operation: 'send',
    parameters: { tuid, commands: command },
    request: `POST /things/${tuid}/commands`,
    body: sent,
    data: { commands: [{ tsmId: '1500', tsmTs: '1557302186', reportInterval: '60' }] },
    result: { commands: [{ tsmId: 1500, tsmTs: 1557302186, reportInterval: 60 }] },
  },
  {
    node: 'thing-query',
    operation: 'list-messages',
    parameters: { tuid, limit: 5, messageId: [1110, 12100], eventId: 10, ...period },
    request: `GET /things/${tuid}/messages?messageid=1110%2C12100&eventid=10&${query}&limit=5`,
    data: [message],
  },
  { node: 'thing-query', operation: 'list-alerting', request: 'GET /things/alerts', data: { alerting_tuids: [tuid] } },
  {
    node: 'thing-query',
    operation: 'count-alerts',
    request: 'GET /things/alerts/count',
    data: { alert_count: '207' },
    result: { alert_count: 207 },
  },
  {
    node: 'thing-query',
    operation: 'list-alerts',
    parameters: { tuid, ...period },
    request: `GET /things/${tuid}/alerts?${query}`,
    data: [{ tuid, alert_type: 'heartbeat missed', alerts: [{ from: '1970-01-01T00:00:00', to: null }] }],
    result: [{ tuid, alert_type: 'heartbeat missed', alerts: [{ from: '1970-01-01T00:00:00' }] }],
  },
  {
    node: 'thing-command',
    operation: 'send',
    parameters: { tuid, commands: command },
    request: `POST /things/${tuid}/commands`,
    body: sent,
    data: { responsible: null, commands: sent.map((one) => ({ ...one, tsmTs: 1557302186 })) },
    result: { commands: sent.map((one) => ({ ...one, tsmTs: 1557302186 })) },
  },
  {
    node: 'thing-command',
    operation: 'list',
    parameters: { tuid, messageId: '1500, 1501', eventId: [30], ...period, limit: 2 },
    request: `GET /things/${tuid}/commands?messageid=1500%2C1501&eventid=30&${query}&limit=2`,
    data: [{ tuid, timestamp: 1557302186, responsible: null, command: { ...command, tsmTs: 1557302186 } }],
    result: [{ tuid, timestamp: 1557302186, command: { ...command, tsmTs: 1557302186 } }],
  },
  {
    node: 'thing-installation',
    operation: 'list',
    parameters: { tuid, limit: 1 },
    request: `GET /things/${tuid}/installations?limit=1`,
    data: [status],
  },
  { node: 'thing-installation', operation: 'list', parameters: { tuid }, request: `GET /things/${tuid}/installations`, data: [status] },
  {
    node: 'thing-installation',
    operation: 'set-status',
    parameters: { tuid, status: 'retired' },
    request: `POST /things/${tuid}/installations`,
    body: { installation_status: 'retired' },
    data: { tuid, installation_status: 'retired' },
  },
  {
    node: 'thing-group',
    operation: 'create',
    parameters: { groupId: 'prfi00lab', description: 'Lab' },
    request: 'POST /groups',
    body: { group_id: 'prfi00lab', group_description: 'Lab' },
    data: { group_id: 'prfi00lab', group_description: 'Lab' },
  },
  {
    node: 'thing-group',
    operation: 'create',
    parameters: { groupId: 'prfi00lab' },
    request: 'POST /groups',
    body: { group_id: 'prfi00lab' },
    data: { group_id: 'prfi00lab', group_description: null },
    result: { group_id: 'prfi00lab' },
  },
  {
    node: 'thing-group',
    operation: 'set-group-of-thing',
    parameters: { tuid, groupId: 'unassigned' },
    request: `POST /things/${tuid}/group`,
    body: { group_id: 'unassigned' },
    data: { tuid, group_id: 'unassigned' },
  },
  {
    node: 'thing-group',
    operation: 'rename',
    parameters: { groupId: 'a/b?c', newGroupId: 'new' },
    request: 'POST /groups/a%2Fb%3Fc/rename',
    body: { group_id: 'new' },
    data: { group_id: 'new', old: 'a/b?c', renamed: true },
  },
  { node: 'thing-group', operation: 'list', request: 'GET /groups', data: groups, result: [{ group_id: 'g' }] },
  { node: 'thing-group', operation: 'list', parameters: { search: 'a b', limit: 3 }, request: 'GET /groups?q=a+b&limit=3', data: [] },
  {
    node: 'thing-group',
    operation: 'list-things',
    parameters: { groupId: 'unassigned' },
    request: 'GET /groups/unassigned/things',
    data: { group_id: 'unassigned', tuids: [tuid] },
  },
  {
    node: 'thing-group',
    operation: 'list-things',
    parameters: { groupId: 'empty' },
    request: 'GET /groups/empty/things',
    data: { group_id: 'empty', tuids: null },
    result: { group_id: 'empty', tuids: [] },
  },
  {
    node: 'thing-group',
    operation: 'delete',
    parameters: { groupId: 'g' },
    request: 'DELETE /groups/g',
    data: { group_id: 'g', deleted: true },
  },
  {
    node: 'thing-group',
    operation: 'get-group-of-thing',
    parameters: { tuid },
    request: `GET /things/${tuid}/group`,
    data: { group_id: 'g', tuid },
  },
  {
    node: 'thing-group',
    operation: 'set-group-of-thing',
    parameters: { tuid, groupId: 'g' },
    request: `POST /things/${tuid}/group`,
    body: { group_id: 'g' },
    data: { group_id: 'g', tuid },
  },
];

/** What must not be sent, and the error that says why. */
export const REFUSED: readonly [node: string, operation: string, parameters: Record<string, unknown>, message: RegExp][] = [
  ['thing-query', 'get-info', {}, /^tuid is missing$/],
  ['thing-query', 'get-info', { tuid: 'two words' }, /^tuid must be a TUID, without spaces, not "two words"$/],
  ['thing-query', 'get-info', { tuid: 'alerts' }, /^tuid must be a TUID/],
  ['thing-query', 'list-messages', { tuid }, /^limit is missing$/],
  ['thing-query', 'list-messages', { tuid, limit: 0 }, /^limit must be a whole number of at least 1, not "?0"?$/],
  [
    'thing-query',
    'list-alerts',
    { tuid, from: 1586952604123 },
    /^from must be in seconds, not milliseconds: 1586952604, not 1586952604123$/,
  ],
  ['thing-command', 'list', { tuid, to: 1586952604999 }, /^to must be in seconds, not milliseconds: 1586952604, not 1586952604999$/],
  ['thing-command', 'send', { tuid, commands: { tsmId: 1500 } }, /^commands\.tsmEv must be a whole number, not nothing$/],
  [
    'thing-command',
    'send',
    { tuid, commands: [command, { tsmEv: 30, tsmId: '1500' }] },
    /^commands\[1\]\.tsmId must be a whole number, not "1500"$/,
  ],
  [
    'thing-command',
    'send',
    { tuid, commands: { ...command, transactionId: -1 } },
    /^commands\.transactionId must be a whole number from 0 to 2147483647, not -1$/,
  ],
  [
    'thing-group',
    'create',
    { groupId: 'two words' },
    /^groupId must be a group ID: at most 64 characters, without spaces, and not “unassigned”, not "two words"$/,
  ],
  ['thing-group', 'create', { groupId: 'unassigned' }, /^groupId must be a group ID/],
  ['thing-group', 'rename', { groupId: 'g', newGroupId: 'x'.repeat(65) }, /^newGroupId must be a group ID/],
  ['thing-group', 'set-group-of-thing', { tuid, groupId: 'a b' }, /^groupId must be a group ID/],
];
