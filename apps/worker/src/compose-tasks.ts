import { createMappingRunner } from "@drumline/connectors/mapping";
import type { Log } from "@drumline/core/log";
import { createEcomnowGateways, ecomnowHandlers, toEcomnowRetention } from "@drumline/ecomnow";
import {
  loadSwitchedOffTasks,
  maintenanceHandlers,
  registerTasks,
  startRuns,
  type Databases,
  toEngineRetention,
} from "@drumline/engine";
import { createDispatcher, type DispatcherSwitches, wakeAfterRuns } from "@drumline/events/dispatcher";
import { handOnWebhooks, type WebhookConsumer } from "@drumline/events/inbox";
import { createIntegrationGateways, createWebhookConsumer, integrationHandlers } from "@drumline/integration";
import { createOmsGateways, omsHandlers, toOmsRetention } from "@drumline/oms";
import { toMailRetention } from "@drumline/outbound/mail";
import { toProblemRetention } from "@drumline/problems";
import { createShopGateways, shopHandlers, toShopRetention } from "@drumline/shop";
import { drumlineTasks, ecomnowTasks, integrationTasks, omsTasks, shopTasks, webhookTasks } from "@drumline/tasks";

import type { WorkerConfig } from "./config.ts";

const EVENTS = "whisperer.tasks.trigger_event_queue_events";
const RETRIES = "whisperer.tasks.undelivered_event_scanner";

/** Every context's handlers joined to its outside. `closings` end that outside, in their order, once no run is left. */
export function composeTasks(config: WorkerConfig, { db, backend }: Pick<Databases, "db" | "backend">, log: Log) {
  const oms = createOmsGateways(config);
  const mappings = createMappingRunner({ children: config.mappingChildren });
  const ecomnow = createEcomnowGateways(config, config.secretReferences, mappings);
  const shop = createShopGateways(config, ecomnow);
  const integration = createIntegrationGateways(config, config.secretReferences, mappings);
  const dispatcher = createDispatcher({ db, gateways: oms, log, loadSwitches: () => loadDispatcherSwitches(db) });
  const retention = [
    toEngineRetention,
    toMailRetention,
    toProblemRetention,
    toOmsRetention,
    toEcomnowRetention,
    toShopRetention,
  ].flatMap((toRules) => toRules(config));
  // Who takes what sources of webhooks send: a context adds its own here.
  const consumers: readonly WebhookConsumer[] = [
    createWebhookConsumer(config, async (task, args, requestedBy) => {
      const request = { definition: integrationTasks[task], args, requestedBy };
      await startRuns({ db, backend, deduplicate: true }, [request]);
    }),
  ];
  return {
    tasks: [
      ...registerTasks(omsTasks, wakeAfterRuns(omsHandlers, dispatcher, [EVENTS, RETRIES]), oms),
      ...registerTasks(ecomnowTasks, wakeAfterRuns(ecomnowHandlers, dispatcher), ecomnow),
      ...registerTasks(shopTasks, wakeAfterRuns(shopHandlers, dispatcher), shop),
      ...registerTasks(integrationTasks, integrationHandlers, integration),
      ...registerTasks(drumlineTasks, maintenanceHandlers, { retention }),
      ...registerTasks(webhookTasks, { "drumline.webhooks.tasks.hand_on_webhooks": handOnWebhooks }, { consumers }),
    ],
    closings: [dispatcher.close, async () => oms.webhooks.close(), async () => mappings.close()],
  };
}

/** What is switched off for the tasks is switched off for the dispatcher, which does their work early (guide, tasks 10 and 16). */
async function loadDispatcherSwitches(db: Databases["db"]): Promise<DispatcherSwitches> {
  const off = await loadSwitchedOffTasks(db, [EVENTS, RETRIES]);
  return { events: !off.has(EVENTS), retries: !off.has(RETRIES) };
}
