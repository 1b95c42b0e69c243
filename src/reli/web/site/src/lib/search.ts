/** Units, cities and provinces by Chinese name, pinyin, initials, former name or code. */

import { core, units, type Unit } from './data';

export interface Hit {
  link: string;
  zh: string;
  en: string;
  parent: string;
  unit?: Unit;
  score: number;
}

function scoreOf(query: string, unit: Unit): number {
  const names = unit.former.split('|');
  if (unit.code === query || unit.name === query) return 100;
  if (unit.name.startsWith(query)) return 90;
  if (unit.pinyin === query || unit.initials === query) return 85;
  if (unit.pinyin.startsWith(query)) return 80 - unit.pinyin.length / 10;
  if (unit.initials.startsWith(query) && query.length > 1) return 60 - unit.initials.length;
  if (unit.code.startsWith(query) && query.length > 1) return 55;
  if (unit.name.includes(query)) return 50;
  if (names.some((name) => name && name.includes(query))) return 45;
  const city = core.cities[unit.city]?.[1] ?? '';
  const whole = `${core.provinces.find((each) => each[0] === unit.province)?.[1]}${city}${unit.name}`;
  if (query.length > 2 && whole.includes(query)) return 40;
  if (city && query === city.slice(0, query.length) && query.length > 1) return 30;
  return 0;
}

export function search(text: string, limit = 12): Hit[] {
  const query = text.trim().toLowerCase().replaceAll(/[\s']/g, '');
  if (!query) return [];
  const found: Hit[] = [];
  for (const unit of units) {
    const score = scoreOf(query, unit);
    if (score > 0) {
      const city = core.cities[unit.city];
      found.push({ link: `#/county/${unit.code}`, zh: unit.name, en: unit.en, parent: city?.[0] ?? unit.province, unit, score });
    }
  }
  for (const [code, zh, en, province] of core.cities) {
    const plain = en.toLowerCase().replaceAll(/[\s']/g, '');
    if (zh.startsWith(query) || plain.startsWith(query)) found.push({ link: `#/city/${code}`, zh, en, parent: province, score: 88 });
  }
  for (const [code, zh, en] of core.provinces) {
    if (zh.startsWith(query) || en.toLowerCase().replaceAll(' ', '').startsWith(query)) {
      found.push({ link: `#/province/${code}`, zh, en, parent: '', score: 89 });
    }
  }
  return found.sort((a, b) => b.score - a.score || a.zh.length - b.zh.length).slice(0, limit);
}
