/** What a profile says of one unit in one index; the same rules as the briefs. */

import { contributions, gain, indicatorNodes, nodes, rankAt, units, valueFor, type Index, type Node, type Unit } from './data';

/** Ranks that people aim at. */
const MILESTONES = [1, 3, 5, 10, 20, 30, 50, 70, 100, 150, 200, 300, 400, 500, 700, 1000, 1500, 2000];
/** A lead of fewer points is none. */
export const LEAST_LEAD = 0.05;
/** Strengths and gaps that are shown at most. */
export const SIDE = 6;
const MOST_WAYS = 8;

export function median(values: number[]): number {
  const known = values.filter((x) => !Number.isNaN(x)).sort((a, b) => a - b);
  if (!known.length) return NaN;
  const middle = known.length >> 1;
  return known.length % 2 ? known[middle] : (known[middle - 1] + known[middle]) / 2;
}

/** A place among those that have a value; 0 where the unit holds none. */
export interface Place {
  place: number;
  of: number;
}

/** Place of a unit among some units on a node. */
export function placeAmong(index: Index, members: Unit[], node: string, u: number): Place {
  const ranks = index.ranksOf(node);
  const values = index.shown(node);
  const others = members.filter((each) => index.isNumbered(each.place) && !Number.isNaN(values[each.place]));
  const ahead = others.filter((each) => ranks[each.place] > 0 && ranks[each.place] < ranks[u]);
  return { place: ranks[u] > 0 ? ahead.length + 1 : 0, of: others.length };
}

export interface Row {
  node: Node;
  value: number;
  state: string;
  score: number;
  rank: number;
  province: Place;
  peer: number;
  points: number;
  gain: number;
  places: number;
  isTotal: boolean;
}

/** The indicators of a unit. */
export function rowsOf(index: Index, unit: Unit, province: Unit[], peers: Unit[]): Row[] {
  const u = unit.place;
  const points = contributions(index, u);
  return indicatorNodes.map((node) => {
    // Of a share, one more is one percentage point.
    const more = gain(index, node.code, u, 1);
    return {
      node,
      value: index.raw[node.code][u],
      state: index.states[node.code][u],
      score: index.node(node.code)[u],
      rank: index.ranksOf(node.code)[u],
      province: placeAmong(index, province, node.code, u),
      peer: median(peers.filter((each) => index.exact[each.place] === index.exact[each.place]).map((each) => index.raw[node.code][each.place])),
      points: points.get(node.code) ?? NaN,
      gain: more,
      places: index.rank[u] > 0 && more > 0 ? index.rank[u] - rankAt(index, index.exact[u] + more, u) : 0,
      isTotal: index.isTotal(node.code, u),
    };
  });
}

export interface Lead {
  node: Node;
  points: number;
}

/** Points by which each indicator is ahead of (behind) the mean of the peers; they add up. */
export function leadsOf(index: Index, unit: Unit, peers: Unit[]): Lead[] {
  const scored = peers.filter((each) => !Number.isNaN(index.exact[each.place]));
  if (!scored.length) return [];
  const own = contributions(index, unit.place);
  const theirs = scored.map((each) => contributions(index, each.place));
  const of = (points: Map<string, number>, code: string) => points.get(code) || 0;
  const all = indicatorNodes
    .map((node) => ({ node, points: of(own, node.code) - theirs.reduce((sum, each) => sum + of(each, node.code), 0) / theirs.length }))
    .filter((lead) => Math.abs(lead.points) >= LEAST_LEAD)
    .sort((a, b) => b.points - a.points);
  return all.length <= 2 * SIDE ? all : [...all.slice(0, SIDE), ...all.slice(-SIDE)];
}

export type Feasibility = 'usual' | 'seen' | 'rare' | 'unseen' | 'out_of_reach';
const ORDER: Feasibility[] = ['usual', 'seen', 'rare', 'unseen', 'out_of_reach'];

export interface Way {
  node: Node;
  value: number;
  needed: number;
  peers: number;
  peersWith: number;
  best: number;
  feasibility: Feasibility;
}

export interface Step {
  target: number;
  short: number;
  ways: Way[];
}

/** What the next better rank that people aim at would take, by each indicator alone. */
export function nextStep(index: Index, unit: Unit, peers: Unit[]): Step | null {
  const u = unit.place;
  const target = Math.max(...MILESTONES.filter((each) => each < index.rank[u]), 0);
  if (!target) return null;
  const values = units.filter((each) => index.isNumbered(each.place)).map((each) => index.exact[each.place]);
  const aim = values.sort((a, b) => b - a)[target - 1] * (1 - 4e-10);
  const ways = indicatorNodes.filter((node) => isOpen(index, node, u)).map((node) => wayOf(index, node, u, aim, peers));
  ways.sort((a, b) => ORDER.indexOf(a.feasibility) - ORDER.indexOf(b.feasibility) || (b.peersWith || 0) - (a.peersWith || 0));
  return { target, short: aim - index.exact[u], ways: ways.slice(0, MOST_WAYS) };
}

function isOpen(index: Index, node: Node, u: number): boolean {
  const isUsed = !!index.bounds[node.code]?.posts && !(node.code in index.leftOut);
  return isUsed && nodes.get(node.code)!.direction > 0 && !Number.isNaN(index.raw[node.code][u]);
}

function wayOf(index: Index, node: Node, u: number, aim: number, peers: Unit[]): Way {
  const column = index.raw[node.code];
  const needed = valueFor(index, node.code, u, aim);
  const theirs = peers.map((each) => column[each.place]).filter((x) => !Number.isNaN(x));
  const peersWith = Number.isNaN(needed) ? NaN : theirs.filter((x) => x >= needed).length;
  return {
    node,
    value: column[u],
    needed,
    peers: theirs.length,
    peersWith,
    best: theirs.length ? Math.max(...theirs) : NaN,
    feasibility: feasibilityOf(needed, peersWith, theirs.length, column),
  };
}

function feasibilityOf(needed: number, having: number, of: number, column: Float64Array): Feasibility {
  if (Number.isNaN(needed)) return 'out_of_reach';
  if (having > 0) return 2 * having >= of ? 'usual' : 'seen';
  return column.some((x) => x >= needed) ? 'rare' : 'unseen';
}
