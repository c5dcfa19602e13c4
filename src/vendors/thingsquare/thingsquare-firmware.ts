import { segments } from '../../core/http/path';
import { operation } from '../../core/operation';
import { text } from '../../core/schema/parameters';
import type { ThingsquareClient } from './client';
import { sendEither } from './either-path';
import { readImages } from './firmware-images';
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
    target: () => 'firmware',
    request: () => ({ method: 'GET', path: '/0/firmware/' }),
    result: readImages,
  }),
  describe({
    id: 'start',
    label: 'Start firmware update',
    help: 'Replaces the program of a device, over the air. The device must be connected, and does not work while it restarts. Whether the new program suits the device is not checked.',
    parameters: {
      device,
      firmware: text({
        label: 'Firmware',
        help: 'Name of the image, for example 20160718/sensortag/client.signed. The list contains the images for the platform of the device.',
        id: true,
        lookup: 'firmware',
        narrowedBy: ['device'],
      }),
    },
    repeatable: false,
    target,
    check: ({ firmware }) => void encoded(firmware),
    run: ({ device, firmware }, context) => {
      const path = devicePath(device);
      return sendEither(context, 'POST', [`${path}/fw/${encoded(firmware)}`, `${path}/firmware/${encoded(firmware)}`]);
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
