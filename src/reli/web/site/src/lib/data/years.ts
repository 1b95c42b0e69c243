/** The index in earlier years. */

import { integers, parsed } from './columns';
import { loaded } from './load';

interface RawYear {
  index: string;
  rank: string;
}

/** One index of one year: by common bounds, so that years compare. */
export interface YearIndex {
  index: Float64Array;
  rank: Int32Array;
}

export async function loadYear(year: number, place: number): Promise<YearIndex> {
  const table = await loaded<RawYear[]>(`y${year}`, `RELI_Y${year}`);
  const { index, rank } = table[place];
  return { index: parsed(index), rank: integers(rank) };
}
