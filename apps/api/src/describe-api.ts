import { systemClock } from "@drumline/core/clock";
import { silentLog } from "@drumline/core/log";
import { createPasswords } from "@drumline/engine";
import { createSecretBox } from "@drumline/events/subscriptions";
import { catalogue } from "@drumline/tasks";

import type { ApiParts } from "./api.ts";
import { buildServer } from "./server.ts";

// Nothing is asked of a database before a request comes in.
const noDatabase = new Proxy({}, { get: () => Promise.reject(new Error("the api is described without databases")) });

/** The OpenAPI document of every route, without any database. */
export async function describeApi(): Promise<object> {
  const app = await buildServer({
    db: noDatabase as ApiParts["db"],
    queues: noDatabase as ApiParts["queues"],
    clock: systemClock,
    log: silentLog,
    tasks: catalogue,
    deduplicate: true,
    adminToken: null,
    passwords: createPasswords(),
    oidc: null,
    secondPerson: false,
    viewersSeePeople: false,
    settingSources: { environment: {}, file: {} },
    secrets: createSecretBox({ current: null }, {}),
    requestsPerMinute: 0,
    shopCartUrl: null,
    trustedProxies: [],
    mailLinks: { key: "described", backInStockFrom: 1 },
    sns: { receive: () => Promise.reject(new Error("nobody listens to SNS here")) },
    mappings: { openMapping: () => Promise.reject(new Error("nothing is mapped here")), close: () => undefined },
    privateHosts: [],
    integrationPrivateHosts: [],
    webhookBody: { mostBytes: 0, withinMs: 0 },
    healthKeptMs: 0,
    streamCheckedMs: 0,
    payments: new Map(),
  });
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}
