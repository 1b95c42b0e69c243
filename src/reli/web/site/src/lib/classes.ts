/** Classes of values and their colours; the bounds of each are stated in the legend. */

import { core, heat, nodes, units, type Index } from './data';
import { amount, say } from './state.svelte';

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

type State = 'value' | 'zero' | 'missing' | 'unpublished' | 'inactive';

export function stateOf(index: Index, code: string, u: number): State {
  const status = index.status[u];
  if (status === 'p') return 'unpublished';
  if (status === 'i') return 'inactive';
  const x = index.shown(code)[u];
  if (Number.isNaN(x)) return 'missing';
  return nodes.get(code) && x === 0 ? 'zero' : 'value';
}

function byValue(values: Float64Array, breaks: number[], state: (u: number) => State): Classes {
  const labels = breaks.map((bound, place) =>
    place === 0 ? say(`${amount(bound)}及以上`, `${amount(bound)} or more`) : `${amount(bound)}–${amount(breaks[place - 1])}`,
  );
  labels.push(breaks.length ? say(`不足${amount(breaks[breaks.length - 1])}`, `below ${amount(breaks[breaks.length - 1])}`) : say('有值', 'any'));
  const spread = labels.length > 1 ? 4 / (labels.length - 1) : 0;
  const classes: Class[] = labels.map((label, place) => ({ label, colour: `heat-${Math.round(place * spread)}`, count: 0 }));
  const zero = classes.push({ label: say('零（含无该产业企业）', 'zero (or no firm of the industry)'), colour: 'zero', count: 0 }) - 1;
  const none = classes.push({ label: say('无数据', 'no data'), colour: 'no-data', count: 0 }) - 1;
  const of = new Uint8Array(values.length);
  for (let u = 0; u < values.length; u++) {
    const now = state(u);
    of[u] = now === 'zero' || now === 'inactive' ? zero : now === 'value' ? placeOf(values[u], breaks) : none;
    classes[of[u]].count++;
  }
  return { classes, of };
}

const PLACES = [10, 30, 60];

function byRank(index: Index): Classes {
  const bounds = [...PLACES.filter((bound) => bound < core.top), core.top];
  const classes: Class[] = bounds.map((bound, place) => ({
    label: say(`第${(bounds[place - 1] ?? 0) + 1}—${bound}名`, `places ${(bounds[place - 1] ?? 0) + 1}–${bound}`),
    colour: `heat-${place}`,
    count: 0,
  }));
  const other = classes.push({ label: say('未公布', 'not published'), colour: 'land', count: 0 }) - 1;
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
  name: string;
  value: number;
  members: number[];
}

/** Cities or provinces: counties among the first places, or sums of what is counted. */
export function areas(index: Index, code: string, level: 'city' | 'province'): Area[] {
  const found = new Map<string, Area>();
  const values = index.shown(code);
  const isCount = code in index.raw && nodes.get(code)!.unit_of_measure !== '%';
  for (const unit of units) {
    const own = level === 'province' ? unit.province : unit.city >= 0 ? core.cities[unit.city][0] : unit.code;
    const area = found.get(own) ?? { code: own, name: '', value: isCount ? NaN : 0, members: [] };
    area.members.push(unit.place);
    if (isCount) {
      const x = values[unit.place];
      if (!Number.isNaN(x)) area.value = (Number.isNaN(area.value) ? 0 : area.value) + x;
    } else if (index.rank[unit.place] > 0 && index.rank[unit.place] <= core.top) area.value++;
    found.set(own, area);
  }
  return [...found.values()].sort((a, b) => (b.value || 0) - (a.value || 0) || a.code.localeCompare(b.code));
}

/** Classes of units by the value of the area they lie in. */
export function classifyAreas(list: Area[], level: 'city' | 'province'): Classes {
  const values = new Float64Array(units.length).fill(NaN);
  for (const area of list) for (const u of area.members) values[u] = area.value;
  const distinct = Float64Array.from(new Set(list.map((area) => area.value).filter((x) => x > 0)));
  distinct.sort();
  const shares = level === 'province' ? [0.9, 0.7, 0.5, 0.25] : [0.95, 0.8, 0.5, 0.25];
  const breaks = [...new Set(shares.map((share) => distinct[Math.floor(share * distinct.length)]))].filter((x) => x > 0);
  return byValue(values, breaks, (u) => (Number.isNaN(values[u]) ? 'missing' : values[u] === 0 ? 'zero' : 'value'));
}
