import { systemClock } from "@drumline/core/clock";
import type { Database } from "@drumline/db";
import { createSchedule } from "@drumline/engine";
import { catalogue } from "@drumline/tasks";

import { demoApis, demoClients, demoVendors } from "@drumline/standalone/demo-partners";
import { seedShopOrders } from "./seed-shop.ts";
import { seedPlatformUsers, seedRefunds } from "./seed.sql.ts";
import type { PartnerUrls } from "./stage.ts";
import { CANARIES } from "./work.ts";

const EVIL_CLIENTS = new Set(["acme", "boxout"]);

/**
 * Rows that give every task something to ask of the outside: of each kind of partner a hostile one and one that is well. Those
 * that are well live at the sandbox itself, since a process that sends endless answers is late with good ones as well.
 */
export async function seedHostileData(db: Database, { evilUrl, calmUrl }: PartnerUrls): Promise<void> {
  const urlOf = (name: string) => (name.startsWith("calm") ? calmUrl : evilUrl);
  const [csv, jsonl] = demoVendors(evilUrl);
  await db.ecomnowVendor.createMany({
    data: [
      ...["evil-csv", "calm-csv"].map((code) => ({
        ...csv!,
        code,
        name: code,
        feedUrl: `${urlOf(code)}/vendors/${code}/feed.csv`,
        categoryUrl: `${urlOf(code)}/vendors/${code}/categories`,
      })),
      ...["evil-jsonl", "calm-jsonl"].map((code) => ({
        ...jsonl!,
        code,
        name: code,
        feedUrl: `${urlOf(code)}/vendors/${code}/stock.jsonl`,
      })),
      { code: "idle", name: "idle" },
    ],
  });
  const evilClients = demoClients(evilUrl).filter(({ code }) => EVIL_CLIENTS.has(code));
  const calmClients = demoClients(calmUrl).filter(({ code }) => !EVIL_CLIENTS.has(code));
  for (const data of [...evilClients, ...calmClients]) await db.ecomnowCustomerIntegration.create({ data });
  const evilApis = demoApis(evilUrl).filter(({ name }) => name === "shaky");
  const calmApis = demoApis(calmUrl).filter(({ name }) => name !== "shaky");
  await db.apiStatus.createMany({ data: [...evilApis, ...calmApis] });
  await db.webhook.createMany({
    data: ["evil", "calm"].map((name) => ({
      owner: name,
      targetUrl: `${urlOf(name)}/hooks/${name}`,
      eventType: "*",
      secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    })),
  });
  await seedRefunds(db);
  await seedShopOrders(db, calmUrl);
  const users = await fetch(`${calmUrl}/_sandbox/platform-users`);
  await seedPlatformUsers(db, await users.text());
  // Beat has the other one from its environment.
  const { task, args } = CANARIES["canary-ecomnow"];
  const change = { db, clock: systemClock, tasks: catalogue, who: "hostile bench" };
  await createSchedule(change, "canary-ecomnow", { task, args, everySeconds: 1 });
}
