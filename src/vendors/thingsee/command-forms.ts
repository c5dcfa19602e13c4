import type { ObjectForm } from '../../core/schema/object-form';
import { integer, optional } from '../../core/schema/parameters';

const CONFIGURE = 30;
const seconds = (label: string, help: string, min = 1) => optional(integer({ label, help, min, max: 86_400, unit: 'seconds' }));
const mode = (label: string, help: string, min: number, max: number) => optional(integer({ label, help, min, max }));

/** The commands that the vendor documents, as the panel offers them; fields and ranges: Haltian's pages on message profiles. */
export const forms: readonly ObjectForm[] = [
  {
    id: 'intervals',
    label: 'Intervals',
    help: 'How often the thing measures and reports.',
    fixed: { tsmId: 1500, tsmEv: CONFIGURE },
    fields: {
      measurementInterval: seconds('Measurement interval', 'Time between two measurements.'),
      reportInterval: seconds('Report interval', 'Time between two reports. Short intervals reduce battery life.'),
    },
  },
  {
    id: 'node-role',
    label: 'Node role',
    help: 'Role of the thing in the Wirepas network.',
    fixed: { tsmId: 1501, tsmEv: CONFIGURE },
    fields: {
      nodeRole: mode('Role', 'Node role in the Wirepas network.', 0, 1),
      autoRole: mode('Automatic role', '1: the thing selects its role itself.', 0, 1),
      lowLatency: mode('Low latency', '1: fast responses, at the cost of battery life.', 0, 1),
    },
  },
  {
    id: 'environment',
    label: 'Environment sensor',
    help: 'What the sensors of the thing report. Without any field, the thing only reports its current configuration.',
    fixed: { tsmId: 12200, tsmEv: CONFIGURE },
    fields: {
      accelerometerMode: mode('Accelerometer', '0: off, 1: orientation, 2: machine monitoring.', 0, 2),
      weatherMode: mode('Weather', '−1: off, 0: at each report.', -1, 0),
      hallMode: mode('Magnetic switch', '−1: off, 0: at each report, 1: at changes only.', -1, 1),
      leakageMode: mode('Leakage', '0: off, 1: at each report.', 0, 1),
    },
  },
  {
    id: 'presence',
    label: 'Presence sensor',
    help: 'How the motion sensor of the thing works.',
    fixed: { tsmId: 13200, tsmEv: CONFIGURE },
    fields: {
      threshold: optional(
        integer({
          label: 'Threshold',
          help: 'Sensor value from which a motion is counted; the vendor’s default is 150.',
          min: 60,
          max: 1100,
        }),
      ),
      enableLed: mode('LED', '1: the LED indicates each motion.', 0, 1),
      mode: mode('Mode', '0: counts motions, 1: reports whether the place is occupied, 2: reports only while there is motion.', 0, 2),
      passiveReportInterval: seconds('Passive report interval', 'In mode 2, must be longer than the report interval under “Intervals”.', 0),
    },
  },
];

export const documentedIds: readonly unknown[] = forms.map(({ fixed }) => fixed.tsmId);
