import { SECOND_MS } from "@drumline/core/clock";
import fastify from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";

import { answerProblems } from "./answer-problems.ts";
import type { Api, ApiParts } from "./api.ts";
import { addGuard } from "./auth/guard.ts";
import { addOpenApi } from "./open-api.ts";
import { addHealthRoutes } from "./routes/health.ts";
import { addMeRoute } from "./routes/me.ts";
import { addMetricsRoute } from "./routes/metrics.ts";
import { addOmnitronWebhookRoutes } from "./routes/oms/omnitron-webhooks.ts";
import { addPackageRoutes } from "./routes/oms/packages.ts";
import { addTransferRoutes } from "./routes/oms/transfers.ts";
import { addOverviewRoute } from "./routes/overview.ts";
import { addQueuesRoute } from "./routes/queues.ts";
import { addRunRoute } from "./routes/run.ts";
import { addRunsRoute } from "./routes/runs.ts";
import { addScheduleBackfillRoute } from "./routes/schedule-backfill.ts";
import { addScheduleChangesRoute } from "./routes/schedule-changes.ts";
import { addScheduleRunRoutes } from "./routes/schedule-runs.ts";
import { addScheduleSwitchRoutes } from "./routes/schedule-switches.ts";
import { addScheduleRoutes } from "./routes/schedule.ts";
import { addSchedulesRoute } from "./routes/schedules.ts";
import { addStatusPageRoute } from "./routes/status-page.ts";
import { addTasksRoute } from "./routes/tasks.ts";
import { addHookRoutes } from "./routes/whisperer/hooks.ts";
import { addReplayRoute } from "./routes/whisperer/replay.ts";
import { addUserAuditActionRoutes } from "./routes/user-audit-actions.ts";
import { addUserAuditCycleRoutes } from "./routes/user-audit-cycles.ts";
import { addUserAuditRoutes } from "./routes/user-audits.ts";
import { readJsonBody } from "./read-json-body.ts";
import { refuseUnstorable } from "./refuse-unstorable.ts";
import { setSecurityHeaders } from "./security-headers.ts";

const MEGABYTE = 1024 * 1024;

/** The whole api over these parts, not yet listening. */
export async function buildServer(parts: ApiParts): Promise<Api> {
  const app = fastify({
    bodyLimit: MEGABYTE,
    requestTimeout: 30 * SECOND_MS,
    keepAliveTimeout: 65 * SECOND_MS,
    // A browser that keeps its connection open must not hold up the end of the process.
    forceCloseConnections: "idle",
    routerOptions: { ignoreTrailingSlash: true },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  answerProblems(app, parts.log);
  setSecurityHeaders(app);
  addGuard(app, parts);
  readJsonBody(app);
  refuseUnstorable(app);
  await addOpenApi(app);

  addStatusPageRoute(app, parts);
  addHealthRoutes(app, parts);
  addMetricsRoute(app, parts);
  addOverviewRoute(app, parts);
  addMeRoute(app);
  addTasksRoute(app, parts);
  addSchedulesRoute(app, parts);
  addScheduleRoutes(app, parts);
  addScheduleSwitchRoutes(app, parts);
  addScheduleRunRoutes(app, parts);
  addScheduleBackfillRoute(app, parts);
  addScheduleChangesRoute(app, parts);
  addRunsRoute(app, parts);
  addRunRoute(app, parts);
  addQueuesRoute(app, parts);
  addPackageRoutes(app, parts);
  addTransferRoutes(app, parts);
  addOmnitronWebhookRoutes(app, parts);
  addHookRoutes(app, parts);
  addReplayRoute(app, parts);
  addUserAuditRoutes(app, parts);
  addUserAuditActionRoutes(app, parts);
  addUserAuditCycleRoutes(app, parts);
  return app;
}
