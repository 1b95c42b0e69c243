/** Borders, coasts and lines of the map as paths, made once for each view and drawn many times. */

import { core, unitByCode } from './data';
import type { Shapes, View } from './raster';

export interface Lines {
  county: Path2D;
  city: Path2D;
  province: Path2D;
  border: Path2D;
  provinceWaters: Path2D;
  regionWaters: Path2D;
  undefined: Path2D;
  dashes: Path2D;
  islands: Path2D;
}

export function trace(path: Path2D, points: Float32Array, at: View): void {
  for (let p = 0; p < points.length; p += 2) {
    const x = (points[p] - at.west) * at.scale;
    const y = (at.north - points[p + 1]) * at.scale;
    if (p === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  }
}

function cityOf(code: string): string {
  const unit = unitByCode.get(code);
  return unit && unit.city >= 0 ? core.cities[unit.city][0] : code;
}

type Border = 'border' | 'province' | 'city' | 'county';

/** What an arc parts, by the codes on its sides. */
function borderOf(a: string, b: string | undefined): Border {
  if (b === undefined) return 'border';
  if (a.slice(0, 2) !== b.slice(0, 2)) return 'province';
  return cityOf(a) === cityOf(b) ? 'county' : 'city';
}

/** Kinds of the arcs: they depend on the divisions alone. */
const kinds = new WeakMap<Shapes, Border[]>();

function kindsOf(shapes: Shapes): Border[] {
  let found = kinds.get(shapes);
  if (!found) {
    found = shapes.sides.map(([a, b]) => borderOf(a, b));
    kinds.set(shapes, found);
  }
  return found;
}

function traced(lines: Float32Array[], at: View): Path2D {
  const path = new Path2D();
  for (const line of lines) trace(path, line, at);
  return path;
}

/**
 * All lines of a view.
 *
 * isShown chooses the dashes that the view can show whole; radius is that of the smallest islands.
 */
export function linesOf(shapes: Shapes, at: View, isShown: (line: Float32Array) => boolean, radius: number): Lines {
  const arcs = { county: new Path2D(), city: new Path2D(), province: new Path2D(), border: new Path2D() };
  kindsOf(shapes).forEach((kind, place) => trace(arcs[kind], shapes.arcs[place], at));
  const islands = new Path2D();
  for (let p = 0; p < shapes.markers.length; p += 2) {
    const [x, y] = [(shapes.markers[p] - at.west) * at.scale, (at.north - shapes.markers[p + 1]) * at.scale];
    islands.moveTo(x + radius, y);
    islands.arc(x, y, radius, 0, 7);
  }
  return {
    ...arcs,
    provinceWaters: traced(shapes.lines.province_waters, at),
    regionWaters: traced(shapes.lines.region_waters, at),
    undefined: traced(shapes.lines.undefined, at),
    dashes: traced(shapes.lines.dashes.filter(isShown), at),
    islands,
  };
}

/** Outline of some shapes, or the line around them together. */
export function outlineOf(shapes: Shapes, at: View, codes: Set<string>, isTogether: boolean): Path2D {
  const path = new Path2D();
  shapes.arcs.forEach((points, place) => {
    const [a, b] = shapes.sides[place];
    const [isA, isB] = [codes.has(a), codes.has(b ?? '')];
    if (isTogether ? isA !== isB : isA || isB) trace(path, points, at);
  });
  return path;
}
