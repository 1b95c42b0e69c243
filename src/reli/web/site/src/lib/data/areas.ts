/** Cities and provinces, scored as a whole from their own enterprises. */

import { integers, parsed, strings } from './columns';
import { heat } from './core';
import { loaded } from './load';

export type AreaLevel = 'city' | 'province';

interface RawAreaIndex {
  index: string;
  rank: string;
  status: string;
  scores?: Record<string, string>;
  raw?: Record<string, string>;
}

type RawAreas = Partial<Record<AreaLevel, { codes: string; indices: RawAreaIndex[] }>>;

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
    this.rank = integers(data.rank);
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
  const own = (await loaded<RawAreas>('areas', 'RELI_AREAS'))[level];
  return own ? new AreaIndex(strings(own.codes), own.indices[place]) : null;
}
