import { SECOND_MS } from "@drumline/core/clock";
import fastify from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";

import type { Api, ApiParts } from "./api.ts";
import { addOpenApi } from "./open-api.ts";
import { answerProblems } from "./problem.ts";
import { addHealthRoutes } from "./routes/health.ts";
import { addMetricsRoute } from "./routes/metrics.ts";
import { addOmnitronWebhookRoutes } from "./routes/oms/omnitron-webhooks.ts";
import { addPackageRoutes } from "./routes/oms/packages.ts";
import { addTransferRoutes } from "./routes/oms/transfers.ts";
import { addOverviewRoute } from "./routes/overview.ts";
import { addQueuesRoute } from "./routes/queues.ts";
import { addRunRoute } from "./routes/run.ts";
import { addRunsRoute } from "./routes/runs.ts";
import { addSchedulesRoute } from "./routes/schedules.ts";
import { addStatusPageRoute } from "./routes/status-page.ts";
import { addTasksRoute } from "./routes/tasks.ts";
import { addHookRoutes } from "./routes/whisperer/hooks.ts";
import { addReplayRoute } from "./routes/whisperer/replay.ts";
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
  await addOpenApi(app);

  addStatusPageRoute(app, parts);
  addHealthRoutes(app, parts);
  addMetricsRoute(app, parts);
  addOverviewRoute(app, parts);
  addTasksRoute(app);
  addSchedulesRoute(app, parts);
  addRunsRoute(app, parts);
  addRunRoute(app, parts);
  addQueuesRoute(app, parts);
  addPackageRoutes(app, parts);
  addTransferRoutes(app, parts);
  addOmnitronWebhookRoutes(app, parts);
  addHookRoutes(app, parts);
  addReplayRoute(app, parts);
  return app;
}
