import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

import { toSourceHash } from "./source-hash.mjs";

export default defineConfig({
  root: import.meta.dirname,
  // Every address is relative, so that the same files work under a path that a proxy takes away.
  base: "./",
  plugins: [react(), packed()],
  build: {
    target: "es2022",
    emptyOutDir: true,
    manifest: true,
    // Both would be inline code or data, which the content security policy does not allow.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // The first load has a budget of its own: test/first-load.process.test.ts.
    chunkSizeWarningLimit: 1_000,
  },
  server: { proxy: { "/api": "http://127.0.0.1:3000", "/health": "http://127.0.0.1:3000" } },
});

const PACKED = /\.(js|css|svg)$/;
const NOT_WORTH_IT_BYTES = 1_024;

/** Writes each file packed beside it once, so that no request has to; and what it was built from. */
function packed(): Plugin {
  let dist = "";
  return {
    name: "packed",
    apply: "build",
    configResolved: ({ root, build }) => void (dist = resolve(root, build.outDir)),
    closeBundle: () => {
      const assets = join(dist, "assets");
      for (const name of readdirSync(assets)) {
        const path = join(assets, name);
        if (!PACKED.test(name) || statSync(path).size < NOT_WORTH_IT_BYTES) continue;
        const bytes = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
      }
      writeFileSync(join(dist, "source-hash"), toSourceHash());
    },
  };
}
