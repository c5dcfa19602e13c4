import { createRequire } from 'node:module';

const { applyPalette, GIFEncoder, quantize } = createRequire(import.meta.url)('gifenc');
/** The last of 256 colours stands for "as before". */
const AS_BEFORE = 255;

/** A picture that moves, forever. Each frame is shown for its milliseconds. */
export function gif({ width, height, frames }) {
  const palette = quantize(whatDiffers(frames), AS_BEFORE);
  while (palette.length <= AS_BEFORE) palette.push([0, 0, 0]);
  const encoder = GIFEncoder();
  let before;
  for (const { rgba, ms } of frames) {
    const pixels = applyPalette(rgba, palette.slice(0, AS_BEFORE));
    const changed = before ? pixels.map((colour, at) => (colour === before[at] ? AS_BEFORE : colour)) : pixels;
    // 1: what is there stays for the next frame.
    const keep = { transparent: before !== undefined, transparentIndex: AS_BEFORE, dispose: 1 };
    encoder.writeFrame(changed, width, height, { palette: before ? null : palette, delay: ms, ...keep });
    before = pixels;
  }
  encoder.finish();
  return Buffer.from(encoder.bytes());
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
