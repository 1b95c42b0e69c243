/** What every page needs at once: the edition, the framework, the units. */

import { treeOf, type Recipe, type Tree } from '../engine';
import { strings } from './columns';

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
  /** Name, year, day of signing and hash of each that is released, the last first. */
  editions: string[][];
  downloads: [string, string, number, string][];
}

declare global {
  interface Window {
    RELI: Core;
  }
}

export const core = window.RELI;
export const tree: Tree = treeOf(core.framework);
export const nodes = new Map(core.framework.map((node) => [node.code, node]));
export const dimensions = core.framework.filter((node) => node.parent === tree.codes[tree.top]);
export const indicatorNodes = tree.indicators.map((code) => nodes.get(code)!);
export const heat = tree.codes[tree.top];

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
