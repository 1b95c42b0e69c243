import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// One classic script and one style sheet: a page opened from disk may load no modules.
export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2022',
    outDir: 'dist',
    cssCodeSplit: false,
    modulePreload: false,
    lib: { entry: 'src/main.ts', name: 'ReliSite', formats: ['iife'], fileName: () => 'app.js', cssFileName: 'app' },
  },
  worker: { format: 'iife' },
});
