#!/usr/bin/env node
let launch;
try {
  ({ launch } = await import("@drumline/core/launch"));
} catch (error) {
  if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
  const root = new URL("../../../", import.meta.url).pathname;
  console.error(`Drumline's packages are not installed. Run: npm ci --prefix ${root}`);
  process.exit(1);
}
const { main } = await launch(new URL("../src/main.ts", import.meta.url));
process.exitCode = await main(process.argv.slice(2));
