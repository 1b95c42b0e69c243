/**
 * Scores and ranks of an index under any weights: the same formulas as the Python package
 * reli.index, in double precision. Missing is NaN; missing children leave their weight to others.
 */

export interface FrameworkNode {
  code: string;
  parent: string;
  direction: number;
  weight: number;
}

export interface Bounds {
  /** Scale s of ln(1 + x / s). */
  log?: number;
  clip?: [number, number];
  /** Goalposts: low, high, lower, upper. */
  posts?: [number, number, number, number];
}

export type Normalisation = 'published' | 'hurdle_rank' | 'minmax';
export type Mean = 'arithmetic' | 'geometric';

export interface Settings {
  /** Weight of a node among its siblings; 1 where none is given. */
  weights: Record<string, number>;
  /** Mean at the level of the index; the lower levels keep the recipe's. */
  mean: Mean;
  normalisation: Normalisation;
}

export interface Recipe {
  weights: string;
  means: Mean | Mean[];
  floor: number | null;
  at_least: number | number[] | null;
}

/** The aggregates of a framework, children before parents, by position of their children. */
export interface Tree {
  codes: string[];
  indicators: string[];
  aggregates: { code: string; level: number; children: number[] }[];
  top: number;
}

export const FLOOR = 1;
const SIGNIFICANT_DIGITS = 9;

export function treeOf(nodes: FrameworkNode[]): Tree {
  const isParent = new Set(nodes.map((node) => node.parent));
  const indicators = nodes.filter((node) => !isParent.has(node.code)).map((node) => node.code);
  const level: Record<string, number> = Object.fromEntries(indicators.map((code) => [code, 1]));
  const rest = nodes.filter((node) => isParent.has(node.code));
  const childrenOf = (code: string) => nodes.filter((node) => node.parent === code);
  while (Object.keys(level).length < nodes.length) {
    for (const node of rest) {
      const children = childrenOf(node.code);
      if (!(node.code in level) && children.every((child) => child.code in level)) {
        level[node.code] = 1 + Math.max(...children.map((child) => level[child.code]));
      }
    }
  }
  const above = rest.map((node) => node.code).sort((a, b) => level[a] - level[b]);
  const codes = [...indicators, ...above];
  return {
    codes,
    indicators,
    aggregates: above.map((code) => ({
      code,
      level: level[code],
      children: childrenOf(code).map((child) => codes.indexOf(child.code)),
    })),
    top: codes.length - 1,
  };
}

/** One value through the fitted steps of its indicator. */
export function normalised(x: number, bounds: Bounds, direction: number): number {
  let y = x;
  if (bounds.log !== undefined) y = Math.log1p(y / bounds.log);
  if (bounds.clip) y = Math.min(Math.max(y, bounds.clip[0]), bounds.clip[1]);
  if (direction < 0) y = -y;
  if (!bounds.posts) return NaN;
  const [low, high, lower, upper] = bounds.posts;
  const share = Math.min(Math.max((y - low) / (high - low), 0), 1);
  return share * (upper - lower) + lower;
}

export function normalise(
  raw: Float64Array,
  bounds: Bounds | undefined,
  direction: number,
  kind: Normalisation,
): Float64Array {
  const found = new Float64Array(raw.length).fill(NaN);
  // Without posts the indicator is the same for all units, or nowhere: it tells nothing.
  if (!bounds?.posts) return found;
  if (kind === 'published') {
    for (let u = 0; u < raw.length; u++) found[u] = normalised(raw[u], bounds, direction);
    return found;
  }
  return kind === 'minmax' ? minmax(raw, direction, found) : hurdleRank(raw, direction, found);
}

function minmax(raw: Float64Array, direction: number, found: Float64Array): Float64Array {
  let low = Infinity;
  let high = -Infinity;
  for (const x of raw) {
    if (x * direction < low) low = x * direction;
    if (x * direction > high) high = x * direction;
  }
  for (let u = 0; u < raw.length; u++) {
    found[u] = ((raw[u] * direction - low) / (high - low)) * 100;
  }
  return found;
}

/** Zero stays zero; positive values are ranked among themselves: 100 r / n. */
function hurdleRank(raw: Float64Array, direction: number, found: Float64Array): Float64Array {
  const positive = raw.filter((x) => x > 0).sort();
  for (let u = 0; u < raw.length; u++) {
    const x = raw[u];
    if (Number.isNaN(x)) continue;
    const share = x > 0 ? (lowerBound(positive, x) + 1) / Math.max(positive.length, 1) : 0;
    found[u] = direction < 0 ? 100 - share * 100 : share * 100;
  }
  return found;
}

/** Number of values below x in an ordered array. */
export function lowerBound(ordered: Float64Array, x: number): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ordered[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function at<T>(given: T | T[], level: number): T {
  return Array.isArray(given) ? given[level - 2] : given;
}

export class Engine {
  readonly size: number;
  readonly values: Float64Array[];

  constructor(
    readonly tree: Tree,
    readonly recipe: Recipe,
    readonly indicators: Float64Array[],
  ) {
    this.size = indicators[0]?.length ?? 0;
    this.values = [...indicators, ...tree.aggregates.map(() => new Float64Array(this.size))];
  }

  /** Values of the index; those of the other nodes stand in `values`, in the order of the tree. */
  score(weights: Record<string, number>, mean: Mean): Float64Array {
    const { tree, recipe } = this;
    tree.aggregates.forEach((node, place) => {
      const w = node.children.map((child) => weights[tree.codes[child]] ?? 1);
      const isTop = place === tree.aggregates.length - 1;
      const method = isTop ? mean : at(recipe.means, node.level);
      const least = recipe.at_least === null ? 0 : at(recipe.at_least, node.level);
      const columns = node.children.map((child) => this.values[child]);
      combine(columns, w, method, recipe.floor ?? FLOOR, least, this.values[tree.indicators.length + place]);
    });
    return this.values[tree.top];
  }
}

/** Weighted mean of the children that are present; NaN where too few are. */
export function combine(
  columns: Float64Array[],
  weights: number[],
  mean: Mean,
  floor: number,
  atLeast: number,
  out: Float64Array,
): void {
  const k = columns.length;
  const isGeometric = mean === 'geometric';
  for (let u = 0; u < out.length; u++) {
    let total = 0;
    let there = 0;
    for (let c = 0; c < k; c++) {
      if (columns[c][u] === columns[c][u]) {
        total += weights[c];
        there++;
      }
    }
    if (there === 0 || total === 0 || there / k < atLeast) {
      out[u] = NaN;
      continue;
    }
    let sum = 0;
    for (let c = 0; c < k; c++) {
      const x = columns[c][u];
      if (x === x) sum += (weights[c] / total) * (isGeometric ? Math.log(Math.max(x, floor)) : x);
    }
    out[u] = isGeometric ? Math.exp(sum) : sum;
  }
}

/** Rounded to nine significant digits, halves to even: the noise of the last bits decides no rank. */
export function rankKey(value: number): number {
  if (value === 0 || value !== value) return value;
  const digits = SIGNIFICANT_DIGITS - 1 - Math.floor(Math.log10(Math.abs(value)));
  const factor = 10 ** digits;
  return roundHalfEven(value * factor) / factor;
}

function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

/** Room for the keys of one ranking, kept: making it anew at every step of a slider costs pauses. */
let keyRoom = new Float64Array(0);

/** Rank 1 for the highest; ties share the smaller number; 0 where there is no value or no place. */
export function ranks(values: Float64Array, isNumbered: (unit: number) => boolean, found = new Int32Array(values.length)): Int32Array {
  if (keyRoom.length < 2 * values.length) keyRoom = new Float64Array(2 * values.length);
  const keys = keyRoom.subarray(0, values.length);
  let n = 0;
  for (let u = 0; u < values.length; u++) {
    keys[u] = isNumbered(u) ? -rankKey(values[u]) : NaN;
    if (keys[u] === keys[u]) keyRoom[values.length + n++] = keys[u];
  }
  const ordered = keyRoom.subarray(values.length, values.length + n).sort();
  for (let u = 0; u < values.length; u++) {
    found[u] = keys[u] === keys[u] ? lowerBound(ordered, keys[u]) + 1 : 0;
  }
  return found;
}

/** Random numbers that a seed repeats: mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Ranges {
  low: Int32Array;
  high: Int32Array;
  top100: Float64Array;
}

/** 5% and 95% of the ranks, and the share within the first hundred, over random weightings. */
export function ranges(
  engine: Engine,
  settings: Settings,
  isNumbered: (unit: number) => boolean,
  count: number,
  spread: number,
  seed: number,
): Ranges {
  const random = randomFrom(seed);
  const n = engine.size;
  const all = new Int32Array(n * count);
  const found = new Int32Array(n);
  const top100 = new Float64Array(n);
  for (let draw = 0; draw < count; draw++) {
    const weights: Record<string, number> = {};
    for (const code of engine.tree.codes) {
      weights[code] = (settings.weights[code] ?? 1) * (1 - spread + 2 * spread * random());
    }
    ranks(engine.score(weights, settings.mean), isNumbered, found);
    for (let u = 0; u < n; u++) {
      all[u * count + draw] = found[u];
      if (found[u] > 0 && found[u] <= 100) top100[u] += 1 / count;
    }
  }
  const low = new Int32Array(n);
  const high = new Int32Array(n);
  for (let u = 0; u < n; u++) {
    const own = all.subarray(u * count, (u + 1) * count).sort();
    low[u] = own[Math.floor(0.05 * (count - 1))];
    high[u] = own[Math.ceil(0.95 * (count - 1))];
  }
  return { low, high, top100 };
}
