import { systemClock } from "@drumline/core/clock";
import type { Database } from "@drumline/db";
import { createSchedule } from "@drumline/engine";
import { catalogue } from "@drumline/tasks";

import { demoApis, demoClients, demoVendors } from "@drumline/standalone/demo-partners";
import { seedPlatformUsers, seedRefunds } from "./seed.sql.ts";
import { CANARIES } from "./work.ts";

/** Rows that give every task something to ask of the outside: of each kind of partner a hostile one and one that is well. */
export async function seedHostileData(db: Database, url: string): Promise<void> {
  const [csv, jsonl] = demoVendors(url);
  await db.ecomnowVendor.createMany({
    data: [
      ...["evil-csv", "calm-csv"].map((code) => ({
        ...csv!,
        code,
        name: code,
        feedUrl: `${url}/vendors/${code}/feed.csv`,
        categoryUrl: `${url}/vendors/${code}/categories`,
      })),
      ...["evil-jsonl", "calm-jsonl"].map((code) => ({
        ...jsonl!,
        code,
        name: code,
        feedUrl: `${url}/vendors/${code}/stock.jsonl`,
      })),
      { code: "idle", name: "idle" },
    ],
  });
  for (const data of demoClients(url)) await db.ecomnowCustomerIntegration.create({ data });
  await db.apiStatus.createMany({ data: demoApis(url) });
  await db.webhook.createMany({
    data: ["evil", "calm"].map((name) => ({
      owner: name,
      targetUrl: `${url}/hooks/${name}`,
      eventType: "*",
      secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    })),
  });
  await seedRefunds(db);
  const users = await fetch(`${url}/_sandbox/platform-users`);
  await seedPlatformUsers(db, await users.text());
  // Beat has the other one from its environment.
  const { task, args } = CANARIES["canary-ecomnow"];
  const change = { db, clock: systemClock, tasks: catalogue, who: "hostile bench" };
  await createSchedule(change, "canary-ecomnow", { task, args, everySeconds: 1 });
}
