/** Sentences in English, of the same facts as the report's Chinese ones. */

import { core, dimensions, indicatorNodes, nodes, unitByCode, units, type Facts, type Index, type Unit } from './data';

const place = (unit: Unit): string => {
  const city = core.cities[unit.city]?.[2];
  return city && city !== unit.en ? `${unit.en} (${city})` : unit.en;
};

const list = (names: string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;

const fixed = (x: number): string => x.toLocaleString('en-US', { maximumFractionDigits: 2 });

function ordered(index: Index, ranks: Int32Array, most: number): Unit[] {
  return units.filter((unit) => ranks[unit.place] > 0 && ranks[unit.place] <= most).sort((a, b) => ranks[a.place] - ranks[b.place] || index.index[b.place] - index.index[a.place]);
}

export function lead(index: Index, industry: string): string {
  const first = ordered(index, index.rank, 10);
  if (!first.length) return `No county is ranked in ${industry}.`;
  const marks = [1, 10, core.top].flatMap((rank) => {
    const unit = units.find((each) => index.rank[each.place] === rank);
    return unit ? [`${fixed(index.index[unit.place])} at rank ${rank}`] : [];
  });
  return `The ten counties with the highest heat index of ${industry} are ${list(first.map(place))}. The index stands at ${list(marks)}.`;
}

const counted = (pairs: [string, number][]): string => list(pairs.map(([name, count]) => `${name} (${count})`));

export function aboutProvinces(facts: Facts): string {
  const english = new Map(core.provinces.map((each) => [each[1], each[2]]));
  const all = Object.entries(facts.provinces).sort((a, b) => b[1] - a[1]);
  const total = all.reduce((sum, [, count]) => sum + count, 0);
  const first = all.slice(0, 3).map(([name, count]): [string, number] => [english.get(name) ?? name, count]);
  const share = ((100 * first.reduce((sum, [, count]) => sum + count, 0)) / Math.max(total, 1)).toFixed(1);
  const regions = core.regions.slice(0, 4).map(([name, codes]): [string, number] => [REGIONS[name] ?? name, core.provinces.filter((each) => codes.includes(each[0])).reduce((sum, each) => sum + (facts.provinces[each[1]] ?? 0), 0)]);
  return `The first ${total} counties lie in ${all.length} provinces; most are in ${counted(first)}, ${share}% together. By region: ${counted(regions)}.`;
}

const REGIONS: Record<string, string> = { 东部: 'East', 中部: 'Centre', 西部: 'West', 东北: 'North-east' };

export function aboutCities(facts: Facts): string {
  const english = new Map(core.cities.map((each) => [each[1], each[2]]));
  const all = Object.entries(facts.cities).sort((a, b) => b[1] - a[1]);
  const first = all.slice(0, 3).map(([name, count]): [string, number] => [english.get(name.split('/')[1]) ?? name, count]);
  return `They lie in ${all.length} cities, most in ${counted(first)}.`;
}

/** A paragraph a dimension: who leads on its score and on each indicator; of partial editions, who is named. */
export function aboutDimensions(index: Index, facts: Facts | undefined): { dimension: string; text: string }[] {
  return dimensions.flatMap((dimension) => {
    const own = indicatorNodes.filter((node) => node.parent === dimension.code || nodes.get(node.parent)?.parent === dimension.code);
    const said = own.flatMap((node) => (index.hasIndicators ? leaders(index, node.code) : named(node.code, facts)) ?? []);
    if (!said.length) return [];
    const top = index.hasIndicators ? `Highest score: ${list(ordered(index, index.ranksOf(dimension.code), 3).slice(0, 3).map(place))}. ` : '';
    return [{ dimension: dimension.name_en, text: `${top}${said.join(' ')}` }];
  });
}

function leaders(index: Index, code: string): string | null {
  const node = nodes.get(code)!;
  const values = index.raw[code];
  const first = ordered(index, index.ranksOf(code), 3).filter((unit) => values[unit.place] > 0);
  if (node.missing || !first.length) return null;
  const unit = node.unit_of_measure === '%' ? '%' : '';
  const said = first.length > 5 ? `${first.length} counties tie in front with ${fixed(values[first[0].place])}` : list(first.map((each) => `${place(each)} ${fixed(values[each.place])}${unit}`));
  return `${node.name_en}: ${said}.`;
}

function named(code: string, facts: Facts | undefined): string | null {
  const found = (facts?.dimensions[code] ?? []).flatMap((unit) => unitByCode.get(unit) ?? []);
  return found.length ? `${nodes.get(code)?.name_en ?? code}: named as leading are ${list(found.slice(0, 10).map(place))}.` : null;
}

export function notes(index: Index): string {
  const count = (status: string) => index.status.split(status).length - 1;
  const parts = ([['r', 'ranked'], ['u', 'unnumbered'], ['i', 'without an enterprise of the industry'], ['n', 'not scored'], ['p', 'not published']] as const).flatMap(([status, said]) => (count(status) ? [`${count(status).toLocaleString('en-US')} ${said}`] : []));
  const left = Object.keys(index.leftOut).map((code) => nodes.get(code)?.name_en ?? code);
  return `Counties: ${list(parts)}.${left.length ? ` Not used, being the same everywhere: ${list(left)}.` : ''}`;
}

/** Lines on the road of the data, as the pipeline words them. */
/** Sources by their names in the report. */
export const SOURCES: Record<string, string> = {
  企业登记名录: 'Register of enterprises',
  上市与挂牌企业名单: 'Listed firms',
  持股关系: 'Holdings',
  授权发明专利: 'Invention patents granted',
  登记软件著作权: 'Software copyrights',
  区县汇总数: 'Totals of counties',
  名单覆盖范围: 'Coverage of the lists',
  国家高新技术企业名单: 'National high-tech enterprises',
  '专精特新“小巨人”企业名单': 'Little giants',
  专精特新中小企业名单: 'Specialised and innovative SMEs',
  制造业单项冠军企业名单: 'Single champions of manufacturing',
  隐形冠军企业名单: 'Hidden champions',
  瞪羚企业名单: 'Gazelles',
  千里马企业名单: 'Qianlima firms',
  独角兽企业名单: 'Unicorns',
  省级工程技术研究中心名单: 'Provincial engineering research centres',
  企业技术中心名单: 'Enterprise technology centres',
  规模以上工业企业名单: 'Industrial enterprises above designated size',
  世界500强企业名单: 'Fortune Global 500',
  中国500强企业名单: 'China 500',
  '《财富》中国500强企业名单': 'Fortune China 500',
  指标表: 'Table of indicators',
  已公布的榜单: 'Published lists',
  已公布的领先区县: 'Counties published as leading',
};

/** Documents of the data package. */
export const DOCUMENTS: Record<string, [string, string]> = {
  'facts.json': ['文字所据的事实', 'Facts behind the sentences'],
  'method.json': ['方法记录', 'Record of the method'],
  'parameters.json': ['拟合的上下限', 'Fitted bounds'],
  'publication.json': ['报告全文', 'Text of the report'],
  'units.geojson': ['评价单元的形状', 'Shapes of the units'],
  'recipe.json': ['计算方案', 'Recipe'],
  'datapackage.json': ['数据包描述', 'Descriptor'],
};

export const ROAD: Record<string, string> = {
  读入的企业登记行数: 'Rows of the register read',
  '剔除（无法识别，逐行列明原因）': 'Rejected (unreadable, each with its reason)',
  整理后的企业数: 'Enterprises after cleaning',
  '其中：分支机构、个体工商户，不计入': 'of which branches and sole traders, not counted',
  '归入区县（或不设区县的市）': 'Placed in a county (or a city without counties)',
  '只能确定到省、市': 'Certain to the province or city only',
  无法确定所在地: 'Without a place',
  属于战略性新兴产业: 'Of strategic emerging industries',
  属于所评价的产业: 'Of the industries that are rated',
  各类名单行数: 'Rows of all lists',
  '其中：对应到企业': 'of which matched to an enterprise',
};
