/** Where the reader is: language, colours, and the address behind the hash. */

import { core, provinceByCode, type Unit } from './data';

export type Language = 'zh' | 'en';

function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // Pages from disk may be refused storage.
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // See above: the choice then lasts as long as the page.
  }
}

interface Route {
  page: string;
  argument: string;
  query: URLSearchParams;
}

function routeOf(hash: string): Route {
  const [path, query] = hash.replace(/^#\/?/, '').split('?');
  const [page, argument] = path.split('/');
  return { page: page || 'map', argument: decodeURIComponent(argument ?? ''), query: new URLSearchParams(query) };
}

const first = routeOf(location.hash);

const dark = matchMedia('(prefers-color-scheme: dark)');

export const app = $state({
  language: (first.query.get('lang') ?? remembered('reli-language') ?? 'zh') as Language,
  isDark: false,
  route: first,
});

/** Colours as chosen, else as the system has them. The page changes before who reads its colours. */
function applyTheme(): void {
  const theme = remembered('reli-theme') ?? chosenTheme;
  const isDark = theme === 'dark' || (theme !== 'light' && dark.matches);
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
  app.isDark = isDark;
}
let chosenTheme = 'auto';
applyTheme();
dark.addEventListener('change', applyTheme);

window.addEventListener('hashchange', () => {
  clearTimeout(pending);
  app.route = routeOf(location.hash);
  const language = app.route.query.get('lang');
  if (language === 'zh' || language === 'en') app.language = language;
});

export function setLanguage(language: Language): void {
  app.language = language;
  remember('reli-language', language);
}

export function setTheme(theme: string): void {
  chosenTheme = theme;
  remember('reli-theme', theme);
  applyTheme();
}

/** A text in the language of the reader. */
export function say(zh: string, en: string): string {
  return app.language === 'zh' ? zh : en;
}

let pending: ReturnType<typeof setTimeout> | undefined;

/** Browsers refuse a page that changes its address a hundred times in a few seconds. */
const ADDRESS_REST_MS = 120;

/**
 * Change parameters of the address without a new entry in the history. The page changes at once,
 * the address when a slider rests.
 */
export function setQuery(changes: Record<string, string | null>): void {
  const query = new URLSearchParams(app.route.query);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === '') query.delete(key);
    else query.set(key, value);
  }
  app.route.query = query;
  const path = location.hash.split('?')[0] || '#/';
  const text = query.toString();
  clearTimeout(pending);
  pending = setTimeout(() => history.replaceState(null, '', text ? `${path}?${text}` : path), ADDRESS_REST_MS);
}

/** The index that the address names; 综合 by default. */
export function chosenIndustry(): number {
  const place = Number(app.route.query.get('i') ?? 0);
  return place in core.industries ? place : 0;
}

export const industryName = (place: number) => core.industries[place][app.language === 'zh' ? 0 : 1];
export const unitName = (unit: Unit) => (app.language === 'zh' ? unit.name : unit.en);

export function cityName(unit: Unit): string {
  const city = core.cities[unit.city];
  return city ? city[app.language === 'zh' ? 1 : 2] : '';
}

export function provinceName(code: string): string {
  return provinceByCode.get(code)?.[app.language === 'zh' ? 1 : 2] ?? code;
}

/** City and county, as the report names places: 浙江省 alone where no city stands between. */
export function fullName(unit: Unit): string {
  const city = cityName(unit);
  const own = unitName(unit);
  if (app.language === 'en') return city && city !== own ? `${own}, ${city}` : `${own}, ${provinceName(unit.province)}`;
  return city && city !== own ? city + own : provinceName(unit.province) + own;
}

export function parents(unit: Unit): string {
  const city = cityName(unit);
  const province = provinceName(unit.province);
  const names = city && city !== unitName(unit) && city !== province ? [province, city] : [province];
  return app.language === 'zh' ? names.join('') : names.reverse().join(', ');
}

export function number(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '—';
  const shown = Number.isInteger(value) && digits !== 2 ? 0 : digits;
  return value.toLocaleString('en-US', { minimumFractionDigits: shown, maximumFractionDigits: shown });
}

/** An indicator's value: whole numbers as they are, others with two digits. */
export function amount(value: number): string {
  if (Number.isNaN(value)) return '—';
  const digits = Number.isInteger(value) ? 0 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** The same with its unit in mind: shares always have two digits. */
export const amountOf = (value: number, unit: string): string => (unit === '%' ? number(value) : amount(value));

export const UNITS_EN: Record<string, string> = { 家: 'firms', 件: 'items', 个: 'centres', '%': '%' };
export const unitOfMeasure = (text: string) => (app.language === 'zh' ? text : (UNITS_EN[text] ?? text));

export function nodeName(node: { name_zh: string; name_en: string; code: string }): string {
  return app.language === 'zh' ? node.name_zh || node.code : node.name_en || node.code;
}

/** What an indicator counts, in the language of the reader. */
export const definition = (node: { definition_zh: string; definition_en: string }): string =>
  app.language === 'zh' ? node.definition_zh : node.definition_en || node.definition_zh;

/** Why a cell of an indicator is empty. */
export const stateText = (state: string, industry = chosenIndustry()): string =>
  state === 's' ? say('保密', 'suppressed') : state === '-' ? say('未观测', 'not observed') : noFirm(industry);

/** A unit without any enterprise of an industry; overall, which is the first, without any that is counted. */
export const noFirm = (industry = chosenIndustry()): string =>
  industry === 0 ? say('无计入的企业', 'no enterprise counted') : say('无该产业企业', 'no enterprise of the industry');

/** Why a unit has no rank. */
export function statusText(status: string, industry = chosenIndustry()): string {
  const texts: Record<string, [string, string]> = {
    r: ['列入排名', 'ranked'],
    u: ['单列，不占位次', 'apart: unnumbered'],
    i: [`${noFirm(industry)}，未列入排名`, noFirm(industry)],
    n: ['数据不足，未评分', 'too few data'],
    p: ['未公布', 'not published'],
  };
  return say(...(texts[status] ?? ['', '']));
}

/** The same in a word. */
export function shortStatus(status: string): string {
  const texts: Record<string, [string, string]> = {
    u: ['单列', 'unnumbered'],
    i: ['未列入', 'no firm'],
    n: ['未评分', 'not scored'],
    p: ['未公布', 'not published'],
  };
  return say(...(texts[status] ?? ['', '']));
}
