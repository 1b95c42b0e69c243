/** Shapes of the units, and who lies beside whom. */

import { unpack, type Packed, type Shapes } from '../raster';
import { unitByCode, type Unit } from './core';
import { loaded } from './load';

let shapes: Shapes | null = null;
export async function loadShapes(): Promise<Shapes> {
  return (shapes ??= unpack(await loaded<Packed>('map', 'RELI_MAP')));
}

/** Units that share a border with one. */
export async function neighbours(code: string): Promise<Unit[]> {
  const { rings, sides } = await loadShapes();
  const found = new Set<string>();
  for (const arc of rings.get(code)?.flat() ?? []) {
    for (const other of sides[arc < 0 ? ~arc : arc]) if (other !== code) found.add(other);
  }
  return [...found].flatMap((each) => unitByCode.get(each) ?? []);
}
