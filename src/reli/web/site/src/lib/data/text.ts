/** Sentences, notes, method and facts of the report. */

import { loaded } from './load';

export interface Facts {
  provinces: Record<string, number>;
  cities: Record<string, number>;
  absent: string[];
  /** Units that published material names as leading, by indicator; empty where values are known. */
  dimensions: Record<string, string[]>;
}

export interface TextData {
  method: string[];
  quality: [string, string][];
  notes: string[];
  /** Name, origin, last date, rows, rows joined to an enterprise. */
  sources: [string, string, string, number, number | null][];
  description: string;
  sections: Record<
    string,
    { lead: string; about_provinces: string; about_cities: string; about_dimensions: { dimension: string; text: string }[]; notes: string[] }
  >;
  facts: Record<string, Facts>;
}

export const loadText = (): Promise<TextData> => loaded('text', 'RELI_TEXT');
