/** Scripts of data/, each loaded once. */

const waiting = new Map<string, Promise<void>>();

/** Load a script once; works from disk too, where nothing may be fetched. */
export function load(name: string): Promise<void> {
  let found = waiting.get(name);
  if (!found) {
    found = new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = `data/${name}.js`;
      script.onload = () => resolve();
      script.onerror = () => reject(new Error(`data/${name}.js`));
      document.head.append(script);
    });
    waiting.set(name, found);
  }
  return found;
}

/** What a script has set on the window. */
export async function loaded<T>(script: string, variable: string): Promise<T> {
  const table = window as unknown as Record<string, T | undefined>;
  if (!table[variable]) await load(script);
  return table[variable]!;
}
