import { type Vocabulary, words } from '../../core/diagnostics/recorder';

/** Of the vendor's "Open Services API", its page on messages, and its apps. */
const known = words(`data token client_id client_secret statusCode error message group_id group_description tuid tuids q limit from to
  messageid eventid messageId eventId battery_level timestamp location lat lon gateway_tuid version alert_count alert_type alerting_tuids alerts old
  installation_status responsible commands command deleted renamed active
  tsmId tsmEv tsmTs tsmTuid tsmGw tsmDstTuid deploymentGroupId transactionId profileId measurementInterval reportInterval nodeRole autoRole
  lowLatency accelerometerMode weatherMode hallMode leakageMode threshold enableLed mode passiveReportInterval
  temp humd airp lght batl tvoc carbonDioxide dist count moveCount hall hallCount angle resistance accx accy accz totalIn totalOut in out
  amountIn activityLevel energyLevel rssi`);

export const vocabulary: Vocabulary = {
  pathWords: words('auth client-token things alerts count messages commands installations group groups rename unassigned'),
  requestWords: known,
  isWord: (key) => known.has(key),
};
