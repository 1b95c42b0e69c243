/** The published tables as the scripts in data/ bring them. */

export * from './core';
export * from './scores';
export * from './margins';
export * from './areas';
export * from './years';
export * from './beside';
export * from './text';
export * from './shapes';
