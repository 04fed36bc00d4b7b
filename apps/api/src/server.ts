import { SECOND_MS } from "@drumline/core/clock";
import fastify from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";

import { answerWithoutRoute, answersWithoutRoute } from "./http/answer-without-route.ts";
import { answerProblems } from "./http/answer-problems.ts";
import type { Api, ApiParts } from "./api.ts";
import { addGuard } from "./auth/guard.ts";
import { hidePeople, toShown } from "./auth/hide-people.ts";
import { addOpenApi } from "./open-api.ts";
import { addConfigurationRoutes, toConfigurationProblem } from "./ecomnow/configuration.ts";
import { addMappingRoutes } from "./ecomnow/mappings.ts";
import { addHealthRoutes } from "./health/health-routes.ts";
import { addIntegrationConfigurationRoutes } from "./integration/configurations.ts";
import { toIntegrationProblem } from "./integration/configuration-routes.ts";
import { addProcessRoutes } from "./integration/processes.ts";
import { addIntegrationTaskRoutes } from "./integration/tasks.ts";
import { addTransformerTestRoute } from "./integration/transformer-test.ts";
import { addMeRoutes } from "./auth/me.ts";
import { addSessionRoutes } from "./auth/session.ts";
import type { Oidc } from "./auth/oidc/provider.ts";
import { addOidcRoutes } from "./auth/oidc/oidc-routes.ts";
import { createSignIn } from "./auth/sign-in.ts";
import { addSessionListRoutes } from "./auth/sessions.ts";
import { addAuditEventRoute } from "./auth/audit-events.ts";
import { addSecurityEventRoute } from "./auth/security-events.ts";
import { addTokenRoutes, toTokenProblem } from "./auth/tokens.ts";
import { addSettingsRoute } from "./settings/settings.ts";
import { addUserRoutes, toUserProblem } from "./auth/users.ts";
import { addClientRoutes } from "./clients/clients.ts";
import { addMailRoutes } from "./mails/mails.ts";
import { addMaintenanceRoutes } from "./maintenance/windows.ts";
import { addMetricsRoute } from "./metrics/metrics.ts";
import { addOmnitronMessageRoute } from "./oms/omnitron-messages.ts";
import { addOmnitronWebhookRoutes } from "./oms/omnitron-webhooks.ts";
import { toCommandProblem } from "./oms/commands.ts";
import { addOrderRoutes } from "./oms/orders.ts";
import { addPackageRoutes } from "./oms/packages.ts";
import { addTransferRoutes } from "./oms/transfers.ts";
import { addUnpackRoute } from "./oms/unpack.ts";
import { addOverviewRoute } from "./overview/overview.ts";
import { addProcessesRoute } from "./overview/processes.ts";
import { addQueuesRoute } from "./queues/queues.ts";
import { addProblemRoutes } from "./problems/problems.ts";
import { addResolveProblemRoute } from "./problems/resolve-problem.ts";
import { addRunRoutes } from "./runs/runs.ts";
import { addBulkActionRoutes } from "./bulk/bulk-actions.ts";
import { addEtags } from "./http/etag.ts";
import { addCsvOfLists } from "./http/csv-of-lists.ts";
import { addStreamRoute } from "./stream/stream.ts";
import { addScheduleStripRoute } from "./schedules/schedule-strips.ts";
import { addSummaryRoute } from "./overview/summary.ts";
import { addSeriesRoute } from "./overview/series.ts";
import { addNextRoute } from "./overview/next-hour.ts";
import { knowDueTimes } from "./overview/due-times.ts";
import { addRunCountRoutes } from "./runs/run-counts.ts";
import { addStartRunRoutes, toRetryProblem } from "./runs/start-runs.ts";
import { addScheduleBackfillRoute } from "./schedules/schedule-backfill.ts";
import { addScheduleChangesRoute } from "./schedules/schedule-changes.ts";
import { addScheduleRunRoutes } from "./schedules/schedule-runs.ts";
import { addScheduleSwitchRoutes } from "./schedules/schedule-switches.ts";
import { addScheduleRoutes } from "./schedules/schedules.ts";
import { addValidateScheduleRoute } from "./schedules/validate-schedule.ts";
import { toScheduleProblem } from "./schedules/to-schedule-problem.ts";
import { addShopParcelRoutes, toParcelProblem } from "./shop/parcels.ts";
import { addShopCountRoute } from "./shop/counts.ts";
import { addShopMovementRoutes } from "./shop/movements.ts";
import { addShopProductRoutes } from "./shop/products.ts";
import { addTasksRoute } from "./tasks.ts";
import { addHookRoutes } from "./webhooks/hooks.ts";
import { addReplayRoute } from "./webhooks/deliveries.ts";
import { addIncomingWebhookRoute } from "./webhooks/incoming.ts";
import { addWebhookRequestRoutes } from "./webhooks/requests.ts";
import { addWebhookSourceRoutes, toSourceProblem } from "./webhooks/sources.ts";
import { addActionRoutes } from "./user-audits/actions.ts";
import { addApplyRoute } from "./user-audits/apply.ts";
import { addCycleRoutes } from "./user-audits/cycles.ts";
import { addFindingRoutes } from "./user-audits/findings.ts";
import { addIdempotencyKeys } from "./idempotency/idempotency-key.ts";
import { addRateLimits } from "./http/rate-limit.ts";
import { readJsonBody } from "./http/read-json-body.ts";
import { rejectUnstorableText } from "./http/reject-unstorable-text.ts";
import { addCartRoutes, toCartProblem } from "./shop/carts.ts";
import { addLeadRoutes } from "./shop/leads.ts";
import { addRestoreRoutes } from "./shop/restore.ts";
import { addMailReportRoute } from "./shop/mail-reports.ts";
import { addNoticeRoutes } from "./shop/notices.ts";
import { addSubscriptionRoutes } from "./shop/subscriptions.ts";
import { addUnsubscribeRoutes } from "./shop/unsubscribe.ts";
import { addShopOrderRoutes } from "./shop/orders.ts";
import { addPaymentWebhookRoute } from "./shop/payment-webhooks.ts";
import { addShopPaymentRoutes } from "./shop/payments.ts";
import { addShopRefundRoutes } from "./shop/refunds.ts";
import { setSecurityHeaders } from "./http/security-headers.ts";

const MEGABYTE = 1024 * 1024;

/** What the whole api stands on. */
interface ServerParts extends ApiParts {
  /** Where people may sign in besides; null: nowhere. */
  readonly oidc: Oidc | null;
}

/** The whole api over these parts, not yet listening. */
export async function buildServer(parts: ServerParts): Promise<Api> {
  const app = fastify({
    bodyLimit: MEGABYTE,
    trustProxy: parts.trustedProxies.length > 0 && [...parts.trustedProxies],
    requestTimeout: 30 * SECOND_MS,
    keepAliveTimeout: 65 * SECOND_MS,
    // A browser that keeps its connection open must not hold up the end of the process.
    forceCloseConnections: "idle",
    ...answersWithoutRoute,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  answerProblems(app, parts.log, [
    toScheduleProblem,
    toRetryProblem,
    toCommandProblem,
    toParcelProblem,
    toCartProblem,
    toSourceProblem,
    toConfigurationProblem,
    toIntegrationProblem,
    toUserProblem,
    toTokenProblem,
  ]);
  setSecurityHeaders(app);
  addEtags(app);
  answerWithoutRoute(app);
  addGuard(app, parts, await addRateLimits(app, parts));
  hidePeople(app, parts);
  readJsonBody(app);
  rejectUnstorableText(app);
  addIdempotencyKeys(app, parts);
  addCsvOfLists(app, parts.log, toShown);
  await addOpenApi(app);

  addHealthRoutes(app, parts);
  addMetricsRoute(app, parts);
  addOverviewRoute(app, parts);
  const dueTimes = knowDueTimes(parts);
  addSummaryRoute(app, parts, dueTimes);
  addNextRoute(app, parts, dueTimes);
  addSeriesRoute(app, parts);
  addProcessesRoute(app, parts);
  addMeRoutes(app, parts);
  const signIn = createSignIn(parts.db, parts.clock, parts.passwords);
  addSessionRoutes(app, parts, signIn);
  addOidcRoutes(app, parts, parts.oidc, signIn);
  addSessionListRoutes(app, parts);
  addUserRoutes(app, parts);
  addTokenRoutes(app, parts);
  addSecurityEventRoute(app, parts);
  addAuditEventRoute(app, parts);
  addSettingsRoute(app, parts);
  addTasksRoute(app, parts);
  addScheduleRoutes(app, parts);
  addValidateScheduleRoute(app, parts);
  addScheduleStripRoute(app, parts);
  addScheduleSwitchRoutes(app, parts);
  addScheduleRunRoutes(app, parts);
  addScheduleBackfillRoute(app, parts);
  addScheduleChangesRoute(app, parts);
  addMaintenanceRoutes(app, parts);
  addRunRoutes(app, parts);
  addRunCountRoutes(app, parts);
  addBulkActionRoutes(app, parts);
  addStartRunRoutes(app, parts);
  addQueuesRoute(app, parts);
  addStreamRoute(app, parts);
  addProblemRoutes(app, parts);
  addResolveProblemRoute(app, parts);
  addOrderRoutes(app, parts);
  addPackageRoutes(app, parts);
  addTransferRoutes(app, parts);
  addUnpackRoute(app, parts);
  addOmnitronWebhookRoutes(app, parts);
  addOmnitronMessageRoute(app, parts);
  addHookRoutes(app, parts);
  addReplayRoute(app, parts);
  addWebhookSourceRoutes(app, parts);
  addWebhookRequestRoutes(app, parts);
  await addIncomingWebhookRoute(app, parts);
  addFindingRoutes(app, parts);
  addActionRoutes(app, parts);
  addApplyRoute(app, parts);
  addCycleRoutes(app, parts);
  addMailRoutes(app, parts);
  addClientRoutes(app, parts);
  addConfigurationRoutes(app, parts);
  addMappingRoutes(app, parts);
  addShopParcelRoutes(app, parts);
  addCartRoutes(app, parts);
  addLeadRoutes(app, parts);
  await addRestoreRoutes(app, parts);
  addShopOrderRoutes(app, parts);
  addShopPaymentRoutes(app, parts);
  addShopRefundRoutes(app, parts);
  await addPaymentWebhookRoute(app, parts);
  addShopProductRoutes(app, parts);
  addShopMovementRoutes(app, parts);
  addShopCountRoute(app, parts);
  addNoticeRoutes(app, parts);
  addMailReportRoute(app, parts);
  await addSubscriptionRoutes(app, parts);
  await addUnsubscribeRoutes(app, parts);
  addIntegrationConfigurationRoutes(app, parts);
  addTransformerTestRoute(app);
  addIntegrationTaskRoutes(app, parts);
  addProcessRoutes(app, parts);
  return app;
}
