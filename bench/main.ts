const benches: Readonly<Record<string, () => Promise<void>>> = {
  api: async () => (await import("./api/bench-api.ts")).benchApi(process.argv.slice(3)),
  compare: async () => (await import("./compare/compare.ts")).benchComparison(process.argv.slice(3)),
  ecomnow: async () => (await import("./ecomnow/main.ts")).benchEcomnow(),
  integration: async () => (await import("./integration/main.ts")).benchIntegration(),
  mappings: async () => (await import("./mappings.ts")).benchMappings(),
  noop: async () => (await import("./noop.ts")).benchNoop(),
  orders: async () => (await import("./orders.ts")).benchOrders(),
  ticks: async () => (await import("./ticks.ts")).benchTicks(),
  recovery: async () => (await import("./recovery.ts")).benchRecovery(),
  shop: async () => (await import("./shop/main.ts")).benchShop(),
  start: async () => (await import("./start.ts")).benchStart(),
  oms: async () => (await import("./oms/bench-oms.ts")).benchOms(),
};

const name = process.argv[2] ?? "";
const bench = benches[name];
if (bench === undefined) {
  process.stderr.write(
    `unknown bench "${name}"; expected one of ${Object.keys(benches).join(", ")}, as in: npm run bench -- noop\n`,
  );
  process.exitCode = 2;
} else await bench();
