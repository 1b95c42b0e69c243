/** The published tables as the scripts in data/ bring them. */

import { Engine, normalise, normalised, ranks, treeOf } from './engine';
import type { Bounds, Normalisation, Recipe, Tree } from './engine';
import { unpack, type Packed, type Shapes } from './raster';

export interface Node {
  code: string;
  parent: string;
  level: number;
  direction: number;
  weight: number;
  name_zh: string;
  name_en: string;
  unit_of_measure: string;
  definition_zh: string;
  definition_en: string;
  data_source: string;
  missing: string;
}

interface Core {
  release: string;
  title: string;
  reference_year: number;
  vintage: number;
  universe: string;
  top: number;
  source_note: string;
  review_number: string;
  registration_years: number;
  is_synthetic: boolean;
  is_partial: boolean;
  licence: { name: string; title: string };
  sources: string[];
  industries: [string, string][];
  framework: Node[];
  lab: Recipe | null;
  breaks: number[];
  /** Years of which there are scores, in order; empty where there is one alone. */
  years: number[];
  units: Record<string, string> & { former: Record<string, string> };
  cities: [string, string, string, string][];
  provinces: [string, string, string][];
  regions: [string, string[]][];
  downloads: [string, string, number, string][];
}

interface RawIndex {
  index: string;
  rank: string;
  status: string;
  raw?: Record<string, string>;
  bounds?: Record<string, Bounds> | null;
  normalised?: Record<string, string>;
  left_out?: Record<string, string>;
  totals?: Record<string, string>;
  range?: { low: string; high: string; top: string };
}

export interface Facts {
  provinces: Record<string, number>;
  cities: Record<string, number>;
  absent: string[];
  /** Units that published material names as leading, by indicator; empty where values are known. */
  dimensions: Record<string, string[]>;
}

export interface TextData {
  method: string[];
  quality: [string, string][];
  notes: string[];
  description: string;
  sections: Record<
    string,
    { lead: string; about_provinces: string; about_cities: string; about_dimensions: { dimension: string; text: string }[]; notes: string[] }
  >;
  facts: Record<string, Facts>;
}

interface RawMore {
  zones: Record<string, string[]>;
  peers: string;
  hot: Record<string, string>;
  quality: Record<string, string>;
}

/** What the figures of a unit rest on; NaN where it is not known. */
export interface Quality {
  placed_exact: number;
  placed_derived: number;
  placed_inferred: number;
  only_city: number;
  among_candidates: number;
  doubtful_cells: number;
  active_share_pct: number;
  is_registration_park: number;
}

export class MoreData {
  private peerLists: string[];
  private columns: Record<string, string[]>;

  constructor(private raw: RawMore) {
    this.peerLists = raw.peers.split(';');
    this.columns = Object.fromEntries(Object.entries(raw.quality).map(([name, text]) => [name, text.split(',')]));
  }

  zones = (unit: Unit): string[] => this.raw.zones[unit.code] ?? [];
  /** The most alike first; none where no table of peers is published. */
  peers = (unit: Unit): Unit[] => (this.peerLists[unit.place] ?? '').split(',').flatMap((text) => (text ? units[Number(text)] : []));
  /** Indices in which the unit is hot among hot neighbours. */
  hot = (unit: Unit): number[] => (this.raw.hot[unit.code] ?? '').split(',').filter(Boolean).map(Number);

  quality(unit: Unit): Quality | null {
    if (!this.columns.placed_exact) return null;
    const cell = (name: string) => (this.columns[name]?.[unit.place] ? Number(this.columns[name][unit.place]) : NaN);
    return Object.fromEntries(Object.keys(this.columns).map((name) => [name, cell(name)])) as unknown as Quality;
  }
}

/** How one industry goes with what a unit specialises in. */
export interface Fit {
  industry: number;
  lq: number;
  rca: number;
  density: number;
  rank: number;
  group: string;
  advice: string;
}

interface RawYear {
  index: string;
  rank: string;
}

/** One index of one year: by common bounds, so that years compare. */
export interface YearIndex {
  index: Float64Array;
  rank: Int32Array;
}

interface RawAreaIndex {
  index: string;
  rank: string;
  status: string;
  scores?: Record<string, string>;
  raw?: Record<string, string>;
}

type RawAreas = Partial<Record<AreaLevel, { codes: string; indices: RawAreaIndex[] }>>;

declare global {
  interface Window {
    RELI: Core;
    RELI_MAP?: Packed;
    RELI_TEXT?: TextData;
    RELI_MORE?: RawMore;
    RELI_FIT?: Record<string, Record<string, string>>;
    RELI_AREAS?: RawAreas;
  }
}

export const core = window.RELI;
export const tree: Tree = treeOf(core.framework);
export const nodes = new Map(core.framework.map((node) => [node.code, node]));
export const dimensions = core.framework.filter((node) => node.parent === tree.codes[tree.top]);
export const indicatorNodes = tree.indicators.map((code) => nodes.get(code)!);
export const heat = tree.codes[tree.top];

const strings = (text: string) => text.split(',');

export interface Unit {
  place: number;
  code: string;
  name: string;
  en: string;
  pinyin: string;
  initials: string;
  former: string;
  kind: string;
  /** Place in core.cities; -1 where the province runs it. */
  city: number;
  province: string;
}

const columns = ['division_code', 'county', 'county_en', 'pinyin', 'initials', 'kind', 'city'].map(
  (name) => strings(core.units[name]),
);
export const units: Unit[] = columns[0].map((code, place) => ({
  place,
  code,
  name: columns[1][place],
  en: columns[2][place],
  pinyin: columns[3][place],
  initials: columns[4][place],
  former: core.units.former[place] ?? '',
  kind: columns[5][place],
  city: columns[6][place] === '' ? -1 : Number(columns[6][place]),
  province: `${code.slice(0, 2)}0000`,
}));
export const unitByCode = new Map(units.map((unit) => [unit.code, unit]));
export const cityByCode = new Map(core.cities.map((city) => [city[0], city]));
export const provinceByCode = new Map(core.provinces.map((province) => [province[0], province]));

export type Status = 'r' | 'u' | 'i' | 'n' | 'p';

const parsed = (text: string) =>
  Float64Array.from(strings(text), (cell) => (cell === '' || cell === '-' || cell === 's' ? NaN : Number(cell)));

const PLAIN: Recipe = { weights: 'equal', means: 'arithmetic', floor: null, at_least: null };

/** One index: places, indicators, and an engine that scores them. */
export class Index {
  readonly index: Float64Array;
  readonly rank: Int32Array;
  readonly status: string;
  readonly raw: Record<string, Float64Array> = {};
  readonly states: Record<string, string[]> = {};
  readonly bounds: Record<string, Bounds>;
  readonly leftOut: Record<string, string>;
  /** Whether a unit's value is a county total in place of a count. */
  isTotal = (code: string, u: number): boolean => this.totals[code]?.[u] === '1';
  private totals: Record<string, string>;
  readonly range: { low: Float64Array; high: Float64Array; top: Float64Array } | null;
  private engines = new Map<Normalisation, Engine>();
  private given: Record<string, string>;

  constructor(
    readonly place: number,
    data: RawIndex,
  ) {
    this.index = parsed(data.index);
    this.rank = Int32Array.from(strings(data.rank), Number);
    this.status = data.status;
    this.bounds = data.bounds ?? {};
    this.leftOut = data.left_out ?? {};
    this.given = data.normalised ?? {};
    this.totals = data.totals ?? {};
    for (const [code, text] of Object.entries(data.raw ?? {})) {
      this.raw[code] = parsed(text);
      this.states[code] = strings(text).map((cell) => (cell === '-' || cell === 's' ? cell : ''));
    }
    this.range = data.range
      ? { low: parsed(data.range.low), high: parsed(data.range.high), top: parsed(data.range.top) }
      : null;
  }

  get hasIndicators(): boolean {
    return Object.keys(this.raw).length > 0;
  }

  isNumbered = (u: number) => this.status[u] === 'r';

  private indicators(kind: Normalisation): Float64Array[] {
    return tree.indicators.map((code) => {
      if (kind === 'published' && this.given[code]) return parsed(this.given[code]);
      return normalise(this.raw[code], this.bounds[code], nodes.get(code)!.direction, kind);
    });
  }

  /** An engine for weights of one's own: indicators on one scale. */
  engine(kind: Normalisation = 'published'): Engine {
    let found = this.engines.get(kind);
    if (!found) {
      found = new Engine(tree, core.lab ?? PLAIN, this.indicators(kind));
      this.engines.set(kind, found);
    }
    return found;
  }

  private ownEngine: Engine | null = null;

  /** Values of all nodes under the published method, in the order of the tree. */
  private get published(): Float64Array[] {
    if (!this.ownEngine) {
      // Apart from engine(), which whoever moves a slider fills with other scores.
      this.ownEngine = new Engine(tree, core.lab ?? PLAIN, this.engine().indicators);
      this.ownEngine.score(this.publishedWeights(), this.publishedMean());
    }
    return this.ownEngine.values;
  }

  publishedWeights(): Record<string, number> {
    const isEqual = (core.lab?.weights ?? 'equal') === 'equal';
    return Object.fromEntries(core.framework.map((node) => [node.code, isEqual ? 1 : node.weight]));
  }

  publishedMean() {
    const means = core.lab?.means ?? 'arithmetic';
    return Array.isArray(means) ? means[means.length - 1] : means;
  }

  /** Values of a node under the published method; NaN where there is none. */
  node(code: string): Float64Array {
    if (code === heat) return this.index;
    if (!this.hasIndicators) return new Float64Array(units.length).fill(NaN);
    return this.published[tree.codes.indexOf(code)];
  }

  /** What a map or table shows of a node: indicators as counted, aggregates as scores. */
  shown(code: string): Float64Array {
    return this.raw[code] ?? this.node(code);
  }

  private rankCache = new Map<string, Int32Array>();

  /** Ranks on a node; 0 where there is none. */
  ranksOf(code: string): Int32Array {
    if (code === heat) return this.rank;
    let found = this.rankCache.get(code);
    if (!found) {
      const sign = nodes.get(code)!.direction;
      const values = this.shown(code).map((x) => (this.raw[code] ? sign * x : x));
      found = ranks(values, this.isNumbered);
      this.rankCache.set(code, found);
    }
    return found;
  }

  /** Weight of each child in a node for one unit: those of missing children go to the others. */
  private shares(parent: string, u: number): Map<string, number> {
    const children = core.framework.filter((node) => node.parent === parent);
    const weights = this.publishedWeights();
    const present = children.filter((node) => !Number.isNaN(this.node(node.code)[u]));
    const total = present.reduce((sum, node) => sum + weights[node.code], 0);
    return new Map(present.map((node) => [node.code, weights[node.code] / total]));
  }

  /** Points that each indicator adds to the index of a unit; they add up to it (arithmetic means). */
  contributions(u: number): Map<string, number> {
    const found = new Map<string, number>();
    const walk = (code: string, weight: number) => {
      if (tree.indicators.includes(code)) found.set(code, weight * this.node(code)[u]);
      else for (const [child, share] of this.shares(code, u)) walk(child, weight * share);
    };
    walk(heat, 1);
    return found;
  }

  private weightOf(code: string, u: number): number {
    let weight = 1;
    for (let node = nodes.get(code)!; node.parent; node = nodes.get(node.parent)!) {
      weight *= this.shares(node.parent, u).get(node.code) ?? 0;
    }
    return weight;
  }

  /** Points that `more` of an indicator would add to the index of a unit, all else unchanged. */
  gain(code: string, u: number, more: number): number {
    const bounds = this.bounds[code];
    const x = this.raw[code]?.[u];
    if (!bounds?.posts || x === undefined || Number.isNaN(x)) return NaN;
    const direction = nodes.get(code)!.direction;
    const change = normalised(x + more, bounds, direction) - normalised(x, bounds, direction);
    return this.weightOf(code, u) * change;
  }

  /** Rank that an index value would have among the other units. */
  rankAt(value: number, u: number): number {
    let above = 0;
    for (let other = 0; other < units.length; other++) {
      if (other !== u && this.isNumbered(other) && this.index[other] > value + 1e-7) above++;
    }
    return above + 1;
  }

  /** Values of the index as computed here: those that are sent are rounded. */
  get exact(): Float64Array {
    return this.hasIndicators ? this.published[tree.top] : this.index;
  }

  /**
   * Least value of an indicator by which, all else unchanged, the index reaches another; NaN where
   * none that a unit of the country has is enough. Counts are whole; shares go by steps.
   */
  valueFor(code: string, u: number, index: number): number {
    const x = this.raw[code];
    const short = index - this.exact[u];
    const isWhole = x.every((value) => Number.isNaN(value) || Number.isInteger(value));
    let [least, most] = [Infinity, -Infinity];
    for (const value of x) if (!Number.isNaN(value)) [least, most] = [Math.min(least, value), Math.max(most, value)];
    const step = isWhole ? 1 : (most - least) / (STEPS - 1);
    const at = (k: number) => (isWhole ? k : least + k * step);
    const isEnough = (k: number) => this.gain(code, u, at(k) - x[u]) >= short - 1e-12 * Math.abs(index);
    let high = isWhole ? most : STEPS - 1;
    if (!(most > -Infinity) || !isEnough(high)) return NaN;
    let low = -1;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (isEnough(middle)) high = middle;
      else low = middle;
    }
    return Math.max(at(high), x[u]);
  }
}

/** Into how many values the range of a share is cut. */
const STEPS = 5000;

const waiting = new Map<string, Promise<void>>();

/** Load a script of data/ once; works from disk too, where nothing may be fetched. */
function load(name: string): Promise<void> {
  let found = waiting.get(name);
  if (!found) {
    found = new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = `data/${name}.js`;
      script.onload = () => resolve();
      script.onerror = () => reject(new Error(`data/${name}.js`));
      document.head.append(script);
    });
    waiting.set(name, found);
  }
  return found;
}

const indices = new Map<number, Index>();

export function loadedIndex(place: number): Index | null {
  return indices.get(place) ?? null;
}

export async function loadIndex(place: number): Promise<Index> {
  const known = indices.get(place);
  if (known) return known;
  const variable = `RELI_I${place}`;
  const table = window as unknown as Record<string, RawIndex>;
  if (!table[variable]) await load(`i${place}`);
  const found = indices.get(place) ?? new Index(place, table[variable]);
  indices.set(place, found);
  return found;
}

export async function loadAll(): Promise<Index[]> {
  return Promise.all(core.industries.map((_, place) => loadIndex(place)));
}

let shapes: Shapes | null = null;
export async function loadShapes(): Promise<Shapes> {
  if (!window.RELI_MAP) await load('map');
  shapes ??= unpack(window.RELI_MAP!);
  return shapes;
}

export async function loadText(): Promise<TextData> {
  if (!window.RELI_TEXT) await load('text');
  return window.RELI_TEXT!;
}

let more: MoreData | null = null;
export async function loadMore(): Promise<MoreData> {
  if (!window.RELI_MORE) await load('more');
  return (more ??= new MoreData(window.RELI_MORE!));
}

/** How the industries go with what a unit specialises in, the best first; none where not published. */
export async function loadFit(unit: Unit): Promise<Fit[]> {
  if (!window.RELI_FIT) await load('fit');
  const found = Object.entries(window.RELI_FIT!).flatMap(([industry, columns]) => {
    const cell = (name: string) => strings(columns[name])[unit.place];
    if (cell('lq') === '') return [];
    const number_ = (name: string) => (cell(name) === '' ? NaN : Number(cell(name)));
    return [{ industry: Number(industry), lq: number_('lq'), rca: number_('rca'), density: number_('density'), rank: number_('rank'), group: cell('group'), advice: cell('advice') }];
  });
  return found.sort((a, b) => (a.rank || 0) - (b.rank || 0) || b.rca - a.rca);
}

export async function loadYear(year: number, place: number): Promise<YearIndex> {
  const variable = `RELI_Y${year}`;
  const table = window as unknown as Record<string, RawYear[]>;
  if (!table[variable]) await load(`y${year}`);
  const { index, rank } = table[variable][place];
  return { index: parsed(index), rank: Int32Array.from(strings(rank), Number) };
}

export type AreaLevel = 'city' | 'province';

/** Cities or provinces in one index, scored as a whole from their own enterprises. */
export class AreaIndex {
  readonly index: Float64Array;
  readonly rank: Int32Array;
  readonly status: string;
  readonly ranked: number;
  private places: Map<string, number>;

  constructor(
    readonly codes: string[],
    private data: RawAreaIndex,
  ) {
    this.index = parsed(data.index);
    this.rank = Int32Array.from(strings(data.rank), Number);
    this.status = data.status;
    this.ranked = this.rank.filter((rank) => rank > 0).length;
    this.places = new Map(codes.map((code, place) => [code, place]));
  }

  placeOf = (code: string): number => this.places.get(code) ?? -1;

  /** Values of the index, a dimension or an indicator by area; null where they are not published. */
  shown(code: string): Float64Array | null {
    if (code === heat) return this.index;
    const text = this.data.raw?.[code] ?? this.data.scores?.[code];
    return text === undefined ? null : parsed(text);
  }
}

/** The cities or provinces of an index; null where they are not scored. */
export async function loadAreas(level: AreaLevel, place: number): Promise<AreaIndex | null> {
  if (!window.RELI_AREAS) await load('areas');
  const own = window.RELI_AREAS![level];
  return own ? new AreaIndex(strings(own.codes), own.indices[place]) : null;
}

/** Units that share a border with one. */
export async function neighbours(code: string): Promise<Unit[]> {
  const { rings, sides } = await loadShapes();
  const found = new Set<string>();
  for (const arc of rings.get(code)?.flat() ?? []) {
    for (const other of sides[arc < 0 ? ~arc : arc]) if (other !== code) found.add(other);
  }
  return [...found].flatMap((each) => unitByCode.get(each) ?? []);
}
