import { Engine, ranges, type Recipe, type Settings, type Tree } from './engine';

export interface Question {
  tree: Tree;
  recipe: Recipe;
  indicators: Float64Array[];
  numbered: Uint8Array;
  settings: Settings;
  count: number;
  spread: number;
  seed: number;
}

self.onmessage = (event: MessageEvent<Question>) => {
  const q = event.data;
  const engine = new Engine(q.tree, q.recipe, q.indicators);
  const found = ranges(engine, q.settings, (u) => q.numbered[u] === 1, q.count, q.spread, q.seed);
  self.postMessage(found);
};
