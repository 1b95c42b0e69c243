/**
 * The map as an index raster: for each pixel the number of its unit. Painting is a look-up in a
 * table of colours, and asking which unit lies under the pointer is reading one number.
 */

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUE = new Uint8Array(128);
[...DIGITS].forEach((letter, place) => (VALUE[letter.charCodeAt(0)] = place));

/** Whole numbers from base 64 (VLQ): the lowest bit is the sign. */
export function numbers(text: string): number[] {
  const found: number[] = [];
  let shift = 0;
  let value = 0;
  for (let place = 0; place < text.length; place++) {
    const digit = VALUE[text.charCodeAt(place)];
    value += (digit & 31) * 2 ** shift;
    if (digit & 32) {
      shift += 5;
      continue;
    }
    found.push(value & 1 ? -(value >>> 1) : value >>> 1);
    shift = value = 0;
  }
  return found;
}

export interface Packed {
  step: number;
  arcs: string;
  shapes: Record<string, string>;
  lines: Record<string, string>;
  markers: string;
}

export interface Shapes {
  /** Points of each arc: x, y, x, y … in kilometres of the plane. */
  arcs: Float32Array[];
  /** Rings of each shape as lists of arcs; ~n is arc n backwards. */
  rings: Map<string, number[][]>;
  lines: Record<string, Float32Array[]>;
  markers: Float32Array;
  /** Codes of the shapes on both sides of each arc. */
  sides: string[][];
}

function summed(text: string, step: number): Float32Array {
  const steps = numbers(text);
  const points = new Float32Array(steps.length);
  let x = 0;
  let y = 0;
  for (let place = 0; place < steps.length; place += 2) {
    x += steps[place];
    y += steps[place + 1];
    points[place] = x * step;
    points[place + 1] = y * step;
  }
  return points;
}

export function unpack(packed: Packed): Shapes {
  const arcs = packed.arcs.split(';').map((text) => summed(text, packed.step));
  const rings = new Map<string, number[][]>();
  const sides: string[][] = arcs.map(() => []);
  for (const [code, text] of Object.entries(packed.shapes)) {
    const own = text.split(';').map((ring) => {
      let last = 0;
      return numbers(ring).map((change) => (last += change));
    });
    rings.set(code, own);
    for (const arc of own.flat()) sides[arc < 0 ? ~arc : arc].push(code);
  }
  const lines = Object.fromEntries(
    Object.entries(packed.lines).map(([name, text]) => [
      name,
      text.split(';').map((each) => summed(each, packed.step)),
    ]),
  );
  const markers = Float32Array.from(numbers(packed.markers), (each) => each * packed.step);
  return { arcs, rings, lines, markers, sides };
}

/** What is seen: kilometres at the left upper corner, and pixels a kilometre. */
export interface View {
  west: number;
  north: number;
  scale: number;
}

/** Numbers of the shapes by pixel, 0 where there is none; shape n has number n + 1. */
export function rasterise(
  shapes: Shapes,
  codes: string[],
  view: View,
  width: number,
  height: number,
): Uint16Array {
  const found = new Uint16Array(width * height);
  const crossings: number[][] = Array.from({ length: height }, () => []);
  codes.forEach((code, place) => {
    const rings = shapes.rings.get(code);
    if (!rings) return;
    let first = height;
    let last = -1;
    for (const ring of rings) {
      for (const arc of ring) {
        const points = shapes.arcs[arc < 0 ? ~arc : arc];
        for (let p = 2; p < points.length; p += 2) {
          let x0 = (points[p - 2] - view.west) * view.scale;
          let y0 = (view.north - points[p - 1]) * view.scale;
          let x1 = (points[p] - view.west) * view.scale;
          let y1 = (view.north - points[p + 1]) * view.scale;
          if (y0 === y1) continue;
          if (y0 > y1) [x0, y0, x1, y1] = [x1, y1, x0, y0];
          const begin = Math.max(0, Math.ceil(y0 - 0.5));
          const end = Math.min(height - 1, Math.ceil(y1 - 0.5) - 1);
          if (begin > end) continue;
          const slope = (x1 - x0) / (y1 - y0);
          for (let y = begin; y <= end; y++) crossings[y].push(x0 + (y + 0.5 - y0) * slope);
          if (begin < first) first = begin;
          if (end > last) last = end;
        }
      }
    }
    for (let y = first; y <= last; y++) {
      const own = crossings[y];
      if (own.length > 2) own.sort((a, b) => a - b);
      else if (own[0] > own[1]) own.reverse();
      for (let c = 0; c + 1 < own.length; c += 2) {
        const begin = Math.max(0, Math.ceil(own[c] - 0.5));
        const end = Math.min(width, Math.ceil(own[c + 1] - 0.5));
        if (begin < end) found.fill(place + 1, y * width + begin, y * width + end);
      }
      own.length = 0;
    }
  });
  return found;
}

export const HATCH = 1;

/** Colours by shape number as 0xAABBGGRR; where `pattern` is HATCH, lines of `hatch` cross it. */
export interface Paint {
  colours: Uint32Array;
  patterns: Uint8Array;
  hatch: number;
}

/** Paint the raster by a table of colours: all pixels plainly, then the lines of what is hatched. */
export function paint(raster: Uint16Array, width: number, out: Uint32Array, how: Paint): void {
  const { colours, patterns, hatch } = how;
  for (let p = 0; p < raster.length; p++) out[p] = colours[raster[p]];
  if (!patterns.includes(HATCH)) return;
  const height = Math.floor(raster.length / width);
  for (let y = 0; y < height; y++) {
    const end = (y + 1) * width;
    for (let p = y * width + ((6 - (y % 6)) % 6); p < end; p += 6) {
      if (patterns[raster[p]] === HATCH) out[p] = hatch;
    }
  }
}

export interface Spot {
  x: number;
  y: number;
  pixels: number;
}

/** Middle and size of each shape on the raster; made once for each view, used at every repaint. */
export function spots(raster: Uint16Array, width: number, count: number): Spot[] {
  const [sumX, sumY, pixels] = [new Float64Array(count), new Float64Array(count), new Int32Array(count)];
  for (let p = 0, x = 0, y = 0; p < raster.length; p++) {
    const shape = raster[p] - 1;
    if (shape >= 0 && shape < count) {
      sumX[shape] += x;
      sumY[shape] += y;
      pixels[shape]++;
    }
    if (++x === width) [x, y] = [0, y + 1];
  }
  return Array.from(pixels, (n, shape) => ({ x: sumX[shape] / n, y: sumY[shape] / n, pixels: n }));
}

/** '#rrggbb' or '#rgb' as a pixel of ImageData. */
export function pixel(colour: string): number {
  const digits = colour.slice(1);
  const value = parseInt(digits.length === 3 ? digits.replaceAll(/./g, '$&$&') : digits, 16);
  return ((255 << 24) | ((value & 255) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
}
