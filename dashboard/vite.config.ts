// Builds the dashboard to dist/, which the collector serves at /. In development the API is a collector on its usual port.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const api = process.env['SPANLEDGER_API'] ?? 'http://127.0.0.1:4318';

export default defineConfig({
  plugins: [react()],
  // Honoured by the collector's SPA fallback: assets are absolute, so that /calls/<id> finds them too.
  base: '/',
  // The manifest is what test/first-load.test.ts weighs a page's first load by.
  build: { outDir: 'dist', emptyOutDir: true, manifest: true, target: 'es2022', chunkSizeWarningLimit: 700 },
  server: { port: 5173, proxy: { '/api': { target: api, changeOrigin: true } } },
});
