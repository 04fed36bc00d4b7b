import { fileURLToPath } from "node:url";

import { SECOND_MS, systemClock } from "@drumline/core/clock";
import type { Log } from "@drumline/core/log";
import type { RunningProcess } from "@drumline/core/process";
import { createMappingRunner } from "@drumline/ecomnow/commands";
import { createPasswords, startHeartbeat, type Databases, toDuplicateGuard } from "@drumline/engine";
import { createSecretBox } from "@drumline/events/subscriptions";
import { createPaymentGateways, createSnsReceiver, SANDBOX_LINK_KEY } from "@drumline/shop/commands";
import { catalogue } from "@drumline/tasks";

import { createOidc } from "./auth/oidc/provider.ts";
import { toOidcConfig } from "./auth/oidc/settings.ts";
import { requireAdminToken } from "./auth/require-admin-token.ts";
import type { ApiConfig } from "./config.ts";
import { addDashboard } from "./dashboard/dashboard.ts";
import { addDocsPage } from "./open-api.ts";
import { addQueueBoard } from "./queues/board.ts";
import { buildServer } from "./server.ts";

/** Where npm run build puts it. */
const DASHBOARD = fileURLToPath(new URL("../../dashboard/dist", import.meta.url));
const HEARTBEAT_EVERY_MS = 5_000;
const HEALTH_KEPT_MS = SECOND_MS;
const STREAM_CHECKED_MS = 15 * SECOND_MS;
const WEBHOOK_BODY_MS = 10 * SECOND_MS;

/** @throws {MissingAdminToken} and whatever keeps the port from being listened on; the databases stay open */
export async function startApi(config: ApiConfig, { db, backend }: Databases, log: Log): Promise<RunningProcess> {
  const oidc = createOidc(toOidcConfig(config), { clock: systemClock, log });
  const adminsComeByProvider = (oidc?.config.oidcAdminGroups.length ?? 0) > 0;
  await requireAdminToken(db, log, { ...config, adminsComeByProvider });
  const { adminToken, requestsPerMinute, shopCartUrl, trustedProxies } = config;
  const mappings = createMappingRunner({ children: 1 });
  const parts = {
    db,
    queues: backend,
    clock: systemClock,
    log,
    tasks: catalogue,
    deduplicate: toDuplicateGuard(config),
    adminToken,
    passwords: createPasswords(),
    oidc,
    viewersSeePeople: config.viewersSeePeople,
    settingSources: config.sources,
    requestsPerMinute,
    shopCartUrl,
    trustedProxies,
    secondPerson: config.userAuditSecondPerson,
    healthKeptMs: HEALTH_KEPT_MS,
    streamCheckedMs: STREAM_CHECKED_MS,
    mappings,
    privateHosts: config.ecomnowPrivateHosts,
    integrationPrivateHosts: config.integrationPrivateHosts,
    webhookBody: { mostBytes: config.webhookBodyLimitKb * 1_024, withinMs: WEBHOOK_BODY_MS },
    payments: createPaymentGateways(config),
    mailLinks: {
      key: config.shopLinkKey ?? (config.environment === "production" ? null : SANDBOX_LINK_KEY),
      backInStockFrom: config.shopBackInStockFrom,
    },
    sns: createSnsReceiver({ topicArn: config.shopSnsTopicArn, clock: systemClock }),
    secrets: createSecretBox({ current: config.ecomnowSecretKey, previous: config.ecomnowSecretKeyPrevious }, {}),
  };
  const server = await buildServer(parts);
  await addDocsPage(server);
  await addQueueBoard(server, parts);
  await addDashboard(server, DASHBOARD);
  const address = await server.listen({ host: config.host, port: config.port });
  const heartbeat = await startHeartbeat({
    db,
    log,
    kind: "api",
    everyMs: HEARTBEAT_EVERY_MS,
    info: () => ({ address }),
  });
  log.info({ address }, "api started");
  return {
    stop: async () => {
      await server.close();
      mappings.close();
      await heartbeat.stop();
    },
  };
}
