/** What stands behind a unit's index, and what would change it, all else unchanged. */

import { normalised, rankKey } from '../engine';
import { core, heat, nodes, tree, units } from './core';
import type { Index } from './scores';

/** Weight of each child in a node for one unit: those of missing children go to the others. */
function shares(index: Index, parent: string, u: number): Map<string, number> {
  const children = core.framework.filter((node) => node.parent === parent);
  const weights = index.publishedWeights();
  const present = children.filter((node) => !Number.isNaN(index.node(node.code)[u]));
  const total = present.reduce((sum, node) => sum + weights[node.code], 0);
  return new Map(present.map((node) => [node.code, weights[node.code] / total]));
}

/** Points that each indicator adds to the index of a unit; they add up to it (arithmetic means). */
export function contributions(index: Index, u: number): Map<string, number> {
  const found = new Map<string, number>();
  const walk = (code: string, weight: number) => {
    if (tree.indicators.includes(code)) found.set(code, weight * index.node(code)[u]);
    else for (const [child, share] of shares(index, code, u)) walk(child, weight * share);
  };
  walk(heat, 1);
  return found;
}

function weightOf(index: Index, code: string, u: number): number {
  let weight = 1;
  for (let node = nodes.get(code)!; node.parent; node = nodes.get(node.parent)!) {
    weight *= shares(index, node.parent, u).get(node.code) ?? 0;
  }
  return weight;
}

/** Points that `more` of an indicator would add to the index of a unit. */
export function gain(index: Index, code: string, u: number, more: number): number {
  const bounds = index.bounds[code];
  const x = index.raw[code]?.[u];
  if (!bounds?.posts || x === undefined || Number.isNaN(x)) return NaN;
  const direction = nodes.get(code)!.direction;
  const change = normalised(x + more, bounds, direction) - normalised(x, bounds, direction);
  return weightOf(index, code, u) * change;
}

/** Rank that an index value would have among the other units. */
export function rankAt(index: Index, value: number, u: number): number {
  const own = rankKey(value);
  let above = 0;
  for (let other = 0; other < units.length; other++) {
    if (other !== u && index.isNumbered(other) && index.keys[other] > own) above++;
  }
  return above + 1;
}

/** Into how many values the range of a share is cut. */
const STEPS = 5000;

/**
 * Least value of an indicator by which the index of a unit reaches another; NaN where none that a
 * unit of the country has is enough. Counts are whole; shares go by steps.
 */
export function valueFor(index: Index, code: string, u: number, aim: number): number {
  const x = index.raw[code];
  const short = aim - index.exact[u];
  const isWhole = x.every((value) => Number.isNaN(value) || Number.isInteger(value));
  let [least, most] = [Infinity, -Infinity];
  for (const value of x) if (!Number.isNaN(value)) [least, most] = [Math.min(least, value), Math.max(most, value)];
  const step = isWhole ? 1 : (most - least) / (STEPS - 1);
  const at = (k: number) => (isWhole ? k : least + k * step);
  const isEnough = (k: number) => gain(index, code, u, at(k) - x[u]) >= short - 1e-12 * Math.abs(aim);
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
