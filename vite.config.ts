/**
 * Builds the console's page into dist/console/, from where the program serves it. Everything is in there, and nothing
 * is inlined: the page's Content-Security-Policy allows files of its own server only.
 */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'src/console/page',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../../../dist/console',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2022',
    // The layout of statecharts (elkjs) is 1.5 MB; it is loaded when the first chart is looked at.
    chunkSizeWarningLimit: 2_000,
  },
});
