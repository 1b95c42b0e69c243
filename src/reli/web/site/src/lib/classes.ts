/** Classes of values and their colours; the bounds of each are stated in the legend. */

import { core, heat, units, type AreaIndex, type AreaLevel, type Index, type Unit, type YearIndex } from './data';
import { amount, noFirm, say } from './state.svelte';

export interface Class {
  label: string;
  /** Name of a colour: heat-0 … heat-4, zero, no-data, land. */
  colour: string;
  count: number;
}

export interface Classes {
  classes: Class[];
  /** Class of each unit, as a place in `classes`. */
  of: Uint8Array;
}

/** Bounds from the top: the 1st, 5th, 20th and 50th hundredth of the positive values. */
export function quantileBreaks(values: Float64Array): number[] {
  const positive = values.filter((x) => x > 0).sort();
  if (!positive.length) return [];
  const at = (share: number) => positive[Math.min(positive.length - 1, Math.floor(share * positive.length))];
  const found = [0.99, 0.95, 0.8, 0.5].map((share) => round(at(share)));
  return [...new Set(found)].filter((bound) => bound > 0);
}

function round(x: number): number {
  return x >= 10 ? Math.round(x) : Number(x.toPrecision(2));
}

function placeOf(value: number, breaks: number[]): number {
  const found = breaks.findIndex((bound) => value >= bound);
  return found < 0 ? breaks.length : found;
}

/** Classes of the index or of a node: value, zero, not observed, and 未公布 apart. */
export function classify(index: Index, code: string): Classes {
  if (core.is_partial) return byRank(index);
  const values = index.shown(code);
  const breaks = code === heat || !index.raw[code] ? core.breaks : quantileBreaks(values);
  return byValue(values, breaks, (u) => stateOf(index, code, u));
}

type State = 'value' | 'zero' | 'missing' | 'unpublished' | 'inactive' | 'outside';

export function stateOf(index: Index, code: string, u: number): State {
  const status = index.status[u];
  if (status === 'p') return 'unpublished';
  if (status === 'i') return 'inactive';
  const x = index.shown(code)[u];
  if (Number.isNaN(x)) return 'missing';
  return x === 0 ? 'zero' : 'value';
}

/** What is no value, each drawn in its own way: only an observed zero is zero. */
const others = (): [State, string, string][] => [
  ['zero', say('零', 'zero'), 'zero'],
  ['inactive', noFirm(), 'inactive'],
  ['missing', say('无数据', 'no data'), 'no-data'],
  ['unpublished', say('未公布', 'not published'), 'unpublished'],
  ['outside', say('省直辖，不归城市', 'under the province, of no city'), 'unpublished'],
];

function byValue(values: Float64Array, breaks: number[], state: (u: number) => State): Classes {
  const labels = breaks.map((bound, place) =>
    place === 0 ? say(`${amount(bound)}及以上`, `${amount(bound)} or more`) : `${amount(bound)}–${amount(breaks[place - 1])}`,
  );
  labels.push(breaks.length ? say(`不足${amount(breaks[breaks.length - 1])}`, `below ${amount(breaks[breaks.length - 1])}`) : say('有值', 'any'));
  const spread = labels.length > 1 ? 4 / (labels.length - 1) : 0;
  const classes: Class[] = labels.map((label, place) => ({ label, colour: `heat-${Math.round(place * spread)}`, count: 0 }));
  const apart = new Map(others().map(([name, label, colour]) => [name, classes.push({ label, colour, count: 0 }) - 1]));
  const of = new Uint8Array(values.length);
  for (let u = 0; u < values.length; u++) {
    const now = state(u);
    of[u] = now === 'value' ? placeOf(values[u], breaks) : apart.get(now)!;
    classes[of[u]].count++;
  }
  return { classes, of };
}

/** Classes of the index of an earlier year. */
export function classifyYear(year: YearIndex): Classes {
  return byValue(year.index, core.breaks, (u) => (Number.isNaN(year.index[u]) ? 'missing' : year.index[u] === 0 ? 'zero' : 'value'));
}

const PLACES = [10, 30, 60];

function byRank(index: Index): Classes {
  const bounds = [...PLACES.filter((bound) => bound < core.top), core.top];
  const classes: Class[] = bounds.map((bound, place) => ({
    label: say(`第${(bounds[place - 1] ?? 0) + 1}—${bound}名`, `places ${(bounds[place - 1] ?? 0) + 1}–${bound}`),
    colour: `heat-${place}`,
    count: 0,
  }));
  const other = classes.push({ label: say('未公布', 'not published'), colour: 'unpublished', count: 0 }) - 1;
  const of = new Uint8Array(units.length);
  for (let u = 0; u < units.length; u++) {
    const rank = index.rank[u];
    of[u] = rank > 0 ? bounds.findIndex((bound) => rank <= bound) : other;
    classes[of[u]].count++;
  }
  return { classes, of };
}

export interface Area {
  code: string;
  value: number;
  rank: number;
  members: number[];
}

export const areaOf = (unit: Unit, level: AreaLevel): string =>
  level === 'province' ? unit.province : unit.city >= 0 ? core.cities[unit.city][0] : unit.code;

function grouped(level: AreaLevel): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const unit of units) {
    const own = areaOf(unit, level);
    const members = found.get(own);
    if (members) members.push(unit.place);
    else found.set(own, [unit.place]);
  }
  return found;
}

/** Counties of each city or province among the first places; most first. */
export function countsByArea(index: Index, level: AreaLevel): Area[] {
  const isFirst = (u: number) => index.rank[u] > 0 && index.rank[u] <= core.top;
  const list = [...grouped(level)].map(([code, members]) => ({ code, members, rank: 0, value: members.filter(isFirst).length }));
  return list.sort((a, b) => b.value - a.value || a.code.localeCompare(b.code));
}

/** Cities or provinces with their own value of a node and their rank on it; null where unpublished. */
export function scoredAreas(own: AreaIndex, code: string, level: AreaLevel): Area[] | null {
  const values = own.shown(code);
  if (!values) return null;
  const list = [...grouped(level)].flatMap(([area, members]) => {
    const place = own.placeOf(area);
    return place < 0 ? [] : [{ code: area, members, rank: 0, value: values[place] }];
  });
  const known = (x: number) => (Number.isNaN(x) ? -1 : x);
  list.sort((a, b) => known(b.value) - known(a.value) || a.code.localeCompare(b.code));
  list.forEach((area, at) => {
    if (code === heat) area.rank = own.rank[own.placeOf(area.code)];
    // Having none is no place among those that have some.
    else area.rank = !(area.value > 0) ? 0 : at > 0 && list[at - 1].value === area.value ? list[at - 1].rank : at + 1;
  });
  return list;
}

/** Classes of units by the value of the area they lie in; `own` where areas are scored themselves. */
export function classifyAreas(list: Area[], level: AreaLevel, isScore: boolean, own: AreaIndex | null): Classes {
  const values = new Float64Array(units.length).fill(NaN);
  const states: State[] = Array<State>(units.length).fill('outside');
  for (const area of list) {
    const isInactive = own?.status[own.placeOf(area.code)] === 'i';
    const state = isInactive ? 'inactive' : Number.isNaN(area.value) ? 'missing' : area.value === 0 ? 'zero' : 'value';
    for (const u of area.members) [values[u], states[u]] = [area.value, state];
  }
  const distinct = Float64Array.from(new Set(list.map((area) => area.value).filter((x) => x > 0)));
  distinct.sort();
  const shares = level === 'province' ? [0.9, 0.7, 0.5, 0.25] : [0.95, 0.8, 0.5, 0.25];
  const breaks = isScore ? core.breaks : [...new Set(shares.map((share) => distinct[Math.floor(share * distinct.length)]))].filter((x) => x > 0);
  return byValue(values, breaks, (u) => states[u]);
}
