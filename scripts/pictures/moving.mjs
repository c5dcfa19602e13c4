// A PNG that moves: https://www.w3.org/TR/png-3/#4Concepts.APNGSequence
import { createRequire } from 'node:module';
import { deflateSync } from 'node:zlib';
import { chunk, END, file, header, PALETTE } from './png.mjs';

const { applyPalette, quantize } = createRequire(import.meta.url)('gifenc');
/** The last of 256 colours stands for "as before". */
const AS_BEFORE = 255;

/** A picture that moves, forever. Each frame is shown for its milliseconds. */
export function moving({ width, height, frames }) {
  const palette = quantize(whatDiffers(frames), AS_BEFORE);
  while (palette.length <= AS_BEFORE) palette.push([0, 0, 0]);
  const opaque = Buffer.alloc(AS_BEFORE + 1, 255).fill(0, AS_BEFORE);
  const chunks = [header({ width, height, colours: PALETTE }), chunk('acTL', numbers(4, frames.length, 0))];
  chunks.push(chunk('PLTE', Buffer.from(palette.flat())), chunk('tRNS', opaque));
  let [before, order] = [undefined, 0];
  for (const { rgba, ms } of frames) {
    const pixels = applyPalette(rgba, palette.slice(0, AS_BEFORE));
    const box = before ? changedIn(pixels, before, width) : { x: 0, y: 0, width, height };
    const data = deflateSync(rows(pixels, before, box, width), { level: 9 });
    // It stays for the next frame, and lies over the one before.
    const how = Buffer.concat([numbers(2, ms, 1000), Buffer.from([0, before ? 1 : 0])]);
    chunks.push(chunk('fcTL', Buffer.concat([numbers(4, order++, box.width, box.height, box.x, box.y), how])));
    chunks.push(before ? chunk('fdAT', Buffer.concat([numbers(4, order++), data])) : chunk('IDAT', data));
    before = pixels;
  }
  return file([...chunks, END]);
}

function numbers(bytes, ...values) {
  const data = Buffer.alloc(bytes * values.length);
  for (const [index, value] of values.entries()) data.writeUIntBE(value, index * bytes, bytes);
  return data;
}

/** The smallest box that holds all that is different; at least one pixel. */
function changedIn(pixels, before, width) {
  let [left, top, right, bottom] = [width, Number.POSITIVE_INFINITY, 0, 0];
  for (const [at, colour] of pixels.entries())
    if (colour !== before[at]) {
      const [x, y] = [at % width, Math.floor(at / width)];
      [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
    }
  return top > bottom ? { x: 0, y: 0, width: 1, height: 1 } : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** Each begins with the number of its filter: 0 is none. */
function rows(pixels, before, box, width) {
  const data = Buffer.alloc((box.width + 1) * box.height);
  for (let y = 0; y < box.height; y++)
    for (let x = 0; x < box.width; x++) {
      const at = (box.y + y) * width + box.x + x;
      data[y * (box.width + 1) + 1 + x] = pixels[at] === before?.[at] ? AS_BEFORE : pixels[at];
    }
  return data;
}

/** The pixels of the first frame, and of each other one what was different before: the colours that are needed. */
function whatDiffers(frames) {
  const parts = frames.map(({ rgba }, index) => {
    const before = frames[index - 1]?.rgba;
    if (!before) return rgba;
    const [now, then] = [rgba, before].map(({ buffer, byteOffset, length }) => new Uint32Array(buffer, byteOffset, length / 4));
    return Buffer.from(now.filter((pixel, at) => pixel !== then[at]).buffer);
  });
  return new Uint8ClampedArray(Buffer.concat(parts));
}
