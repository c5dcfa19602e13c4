interface Box {
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
  readonly width: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Wish {
  readonly wanted: number;
  /** With less height it rather covers the field. */
  readonly least: number;
  readonly width: number;
  /** Whether it may cover the field. */
  readonly mayCover: boolean;
}

/** Where something is in a window: from its upper or its lower edge. */
export interface Place {
  readonly left: number;
  readonly width: number;
  readonly height: number;
  readonly top?: number;
  readonly bottom?: number;
}

/** Pixels that stay free at the edges of the window. */
const EDGE = 8;

/** Where a popup goes, at the right edge of its field: below it, else above it, else to the side with more space; and over the field where it has too little there. */
export function place(field: Box, window: Size, wish: Wish): Place {
  const width = Math.min(Math.max(field.width, wish.width), window.width - 2 * EDGE);
  const left = Math.max(EDGE, Math.min(field.left + field.width, window.width - EDGE) - width);
  const below = window.height - EDGE - field.bottom;
  const above = field.top - EDGE;
  const isBelow = below >= wish.wanted || (above < wish.wanted && below >= above);
  const height = Math.min(wish.wanted, isBelow ? below : above);
  if (height < wish.least && wish.mayCover) {
    const covering = Math.min(wish.least, window.height - 2 * EDGE);
    const top = isBelow ? window.height - EDGE - covering : Math.max(EDGE, field.top - covering);
    return { left, width, height: covering, top };
  }
  return isBelow ? { left, width, height, top: field.bottom } : { left, width, height, bottom: window.height - field.top };
}
