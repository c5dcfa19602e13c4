import { createRequire } from 'node:module';
import { crc32, deflateSync } from 'node:zlib';

const { openPage } = createRequire(import.meta.url)('../../dist/test/kit/browser.js');
/** Colours that differ by less look the same. */
const SHADE = 5;

/** With fewer shades than Chromium writes: half the size, and no eye sees it. */
export async function compressed(png) {
  const { width, height, rgba } = await decoded(png);
  const colours = Array.from({ length: width * height }, (_, pixel) => rgba.readUIntBE(pixel * 4, 3));
  const counts = new Map();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const round = (channel) => Math.min(255, Math.round(channel / SHADE) * SHADE);
  // Backgrounds keep their colour: only what has many shades anyway can do with fewer.
  const fewer = (colour) =>
    counts.get(colour) > colours.length / 1000
      ? colour
      : (round(colour >> 16) << 16) | (round((colour >> 8) & 0xff) << 8) | round(colour & 0xff);
  // Each row begins with the number of its filter: 0 is none.
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (const [pixel, colour] of colours.entries()) rows.writeUIntBE(fewer(colour), pixel * 3 + 1 + Math.floor(pixel / width), 3);
  return file([header({ width, height, colours: TRUE_COLOURS }), chunk('IDAT', deflateSync(rows, { level: 9 })), END]);
}

/** The pixels of a PNG file, four bytes each. */
export async function decoded(png) {
  const { page, close } = await openPage('about:blank');
  const { pixels, ...size } = await page.evaluate(async (base64) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
    const { width, height } = bitmap;
    const canvas = new OffscreenCanvas(width, height).getContext('2d');
    canvas.drawImage(bitmap, 0, 0);
    const { data } = canvas.getImageData(0, 0, width, height);
    return { width, height, pixels: btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join('')) };
  }, png.toString('base64'));
  await close();
  return { ...size, rgba: Buffer.from(pixels, 'base64') };
}

/** Of a pixel: three bytes, or one that is the number of a colour. */
export const [TRUE_COLOURS, PALETTE] = [2, 3];

export function header({ width, height, colours }) {
  const data = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, colours, 0, 0, 0]);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  return chunk('IHDR', data);
}

export const file = (chunks) => Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks]);

/** https://www.w3.org/TR/png-3/#5Chunk-layout */
export function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [data.length, crc32(named)].map((number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(number);
    return bytes;
  });
  return Buffer.concat([length, named, sum]);
}

export const END = chunk('IEND', Buffer.alloc(0));
