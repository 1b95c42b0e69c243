/** What only the profile of a unit shows: zones, peers, quality of its data, industries that fit. */

import { strings } from './columns';
import { units, type Unit } from './core';
import { loaded } from './load';

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

let more: MoreData | null = null;
export async function loadMore(): Promise<MoreData> {
  return (more ??= new MoreData(await loaded<RawMore>('more', 'RELI_MORE')));
}

/** How the industries go with what a unit specialises in, the best first; none where not published. */
export async function loadFit(unit: Unit): Promise<Fit[]> {
  const table = await loaded<Record<string, Record<string, string>>>('fit', 'RELI_FIT');
  const found = Object.entries(table).flatMap(([industry, columns]) => {
    const cell = (name: string) => strings(columns[name])[unit.place];
    if (cell('lq') === '') return [];
    const number_ = (name: string) => (cell(name) === '' ? NaN : Number(cell(name)));
    return [{ industry: Number(industry), lq: number_('lq'), rca: number_('rca'), density: number_('density'), rank: number_('rank'), group: cell('group'), advice: cell('advice') }];
  });
  return found.sort((a, b) => (a.rank || 0) - (b.rank || 0) || b.rca - a.rca);
}
