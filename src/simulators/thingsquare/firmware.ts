/** A firmware image, as the document's "obtain available firmware images" shows it. */
export interface Image {
  readonly name: string;
  readonly platform: string;
  readonly version: number;
  readonly info: {
    readonly platforms: { readonly from: readonly string[]; readonly to: { readonly platform: string; readonly name: string } };
  };
}

const image = (date: string, chip: string, name: string, version: number): Image => ({
  name: `${date}/${chip}/client.signed`,
  platform: `thsq-${chip}-bootloader`,
  version,
  info: { platforms: { from: [`thsq-${chip}`], to: { platform: `thsq-${chip}`, name } } },
});

/** The first is the document's, the second the one of its example update. */
export const IMAGES: readonly Image[] = [
  image('20160718', 'cc2538dk', 'TI CC2538dk', 1468838806),
  image('20160718', 'sensortag', 'TI SensorTag', 1468838812),
  image('20160901', 'cc2538dk', 'TI CC2538dk', 1472724000),
  image('20160901', 'sensortag', 'TI SensorTag', 1472724007),
];

export const fits = ({ info }: Image, platform: string): boolean => info.platforms.from.includes(platform);
