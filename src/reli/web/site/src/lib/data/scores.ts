/** One index: places, indicators, and engines that score them under any weights. */

import { Engine, normalise, rankKey, ranks, type Bounds, type Normalisation, type Recipe } from '../engine';
import { integers, parsed, strings } from './columns';
import { core, heat, nodes, tree, units } from './core';
import { loaded } from './load';

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

/** Ranked, unnumbered, inactive, not scored, unpublished. */
export type Status = 'r' | 'u' | 'i' | 'n' | 'p';

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
    this.rank = integers(data.rank);
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

  /**
   * Ranks on a node; 0 where there is none. Of indicators by what was counted, for what the index
   * caps still differs; having none of what is counted is no place among those that have some.
   */
  ranksOf(code: string): Int32Array {
    if (code === heat) return this.rank;
    let found = this.rankCache.get(code);
    if (!found) {
      const raw = this.raw[code];
      const direction = nodes.get(code)!.direction;
      const isCount = !!raw && direction > 0 && raw.every((x) => !(x < 0));
      const values = raw ? raw.map((x) => (isCount && x === 0 ? NaN : direction * x)) : this.node(code);
      found = ranks(values, this.isNumbered);
      this.rankCache.set(code, found);
    }
    return found;
  }

  /** Values of the index as computed here: those that are sent are rounded. */
  get exact(): Float64Array {
    return this.hasIndicators ? this.published[tree.top] : this.index;
  }

  private keyCache: Float64Array | null = null;

  /** What ranks compare of the index: its noise in the last bits decides none. */
  get keys(): Float64Array {
    return (this.keyCache ??= this.exact.map(rankKey));
  }
}

const indices = new Map<number, Index>();

export async function loadIndex(place: number): Promise<Index> {
  const known = indices.get(place);
  if (known) return known;
  const data = await loaded<RawIndex>(`i${place}`, `RELI_I${place}`);
  const found = indices.get(place) ?? new Index(place, data);
  indices.set(place, found);
  return found;
}

export const loadAll = (): Promise<Index[]> => Promise.all(core.industries.map((_, place) => loadIndex(place)));
