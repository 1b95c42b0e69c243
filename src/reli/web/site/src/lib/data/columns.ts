/** Columns of the tables as the scripts bring them: cells by comma, an empty cell is missing. */

export const strings = (text: string) => text.split(',');

/** Numbers; what is missing, not observed (-) or suppressed (s) is NaN. */
export const parsed = (text: string) =>
  Float64Array.from(strings(text), (cell) => (cell === '' || cell === '-' || cell === 's' ? NaN : Number(cell)));

export const integers = (text: string) => Int32Array.from(strings(text), Number);
