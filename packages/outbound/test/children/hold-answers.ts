import { setTimeout as wait } from "node:timers/promises";

import { createHttpClient } from "../../src/http/index.ts";

const PARTNERS = 8;
const PAGES = 4;

// What a run does that serves partners side by side: each page is held while it is saved.
await Promise.all(
  Array.from({ length: PARTNERS }, async (_, partner) => {
    const client = createHttpClient({
      name: `partner ${partner}`,
      baseUrl: process.argv[2]!,
      headers: {},
      credentialsCure: "",
    });
    for (let page = 0; page < PAGES; page += 1) {
      const records = (await client.get("/records", {})) as readonly unknown[];
      await wait(100);
      process.stdout.write(`${records.length}\n`);
    }
  }),
);
