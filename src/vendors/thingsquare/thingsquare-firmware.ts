import { segments } from '../../core/http/path';
import { operation } from '../../core/operation';
import { boolean, number, optional, text } from '../../core/schema/parameters';
import type { ThingsquareClient } from './client';
import { sendEither } from './either-path';
import { readImages } from './firmware-images';
import { awaitCompletion, connectDevice, readBefore } from './firmware-update';
import { device, devicePath } from './parameters';

const describe = operation<ThingsquareClient>();
const target = ({ device }: { readonly device: string }): string => device;

/** Names hold slashes. */
const encoded = (firmware: string): string => segments('firmware', firmware);

/** Facts: the vendor's "Thingsquare REST API Reference", section Over-the-air firmware update methods. */
export const operations = [
  describe({
    id: 'list',
    label: 'List firmware',
    help: 'Reads all firmware images of the backend and the platforms that they are for.',
    parameters: {},
    repeatable: true,
    reads: true,
    target: () => 'firmware',
    request: () => ({ method: 'GET', path: '/0/firmware/' }),
    result: readImages,
  }),
  describe({
    id: 'start',
    label: 'Start firmware update',
    help: 'Replaces the program of a device, over the air. The device must be connected (see Connect first), and does not work while it restarts. Whether the new program suits the device is not checked.',
    parameters: {
      device,
      firmware: text({
        label: 'Firmware',
        help: 'Name of the image, for example 20160718/sensortag/client.signed.',
        more: 'The list contains the images for the platform of the device.',
        id: true,
        lookup: 'firmware',
        narrowedBy: ['device'],
      }),
      connectFirst: boolean({
        label: 'Connect first',
        advanced: true,
        help: 'Where the device is not connected, its variable mode is set to connected before the update.',
        more: 'The update starts when its variable state is connected: after 5 minutes at most, or within the time of Wait for completion. The variable mode stays as it is then.',
        default: false,
      }),
      waitForCompletion: optional(
        number({
          label: 'Wait for completion',
          advanced: true,
          help: 'Maximum time to wait until the variables of the device tell that the new program runs. Empty: does not wait.',
          more: 'After that the message fails; the update goes on.',
          min: 1,
          max: 86_400,
          unit: 'seconds',
        }),
      ),
    },
    repeatable: false,
    target,
    check: ({ device, firmware }) => void (devicePath(device) + encoded(firmware)),
    async run({ device, firmware, connectFirst, waitForCompletion: limit }, context) {
      const began = performance.now();
      const path = devicePath(device);
      if (connectFirst) await connectDevice(device, limit, context);
      const before = limit === undefined ? undefined : await readBefore(device, firmware, context);
      const outcome = await sendEither(context, 'POST', [`${path}/fw/${encoded(firmware)}`, `${path}/firmware/${encoded(firmware)}`]);
      if (before && limit !== undefined) {
        const left = Math.max(1, limit - (performance.now() - began) / 1000);
        await awaitCompletion(device, before, { left, limit }, context);
      }
      return outcome;
    },
  }),
  describe({
    id: 'cancel',
    label: 'Cancel firmware update',
    help: 'Cancels a firmware update in progress. The device keeps its current program.',
    parameters: { device },
    // A repetition would be refused although the first request succeeded.
    repeatable: false,
    target,
    run: ({ device }, context) => sendEither(context, 'DELETE', [`${devicePath(device)}/fw`, `${devicePath(device)}/firmware/`]),
  }),
];
