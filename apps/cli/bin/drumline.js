#!/usr/bin/env node
// Runs the TypeScript beside it as it is; tsx reads it in this very process.
try {
  const { register } = await import("tsx/esm/api");
  register();
} catch (error) {
  if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
  const root = new URL("../../../", import.meta.url).pathname;
  console.error(`Drumline's packages are not installed. Run: npm ci --prefix ${root}`);
  process.exit(1);
}
const { main } = await import("../src/main.ts");
process.exitCode = await main(process.argv.slice(2));
