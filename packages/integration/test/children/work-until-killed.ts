// Reads an incoming configuration and sends its route, over and over, until it is killed.
import { createMappingRunner } from "@drumline/connectors/mapping";
import { readSettings } from "@drumline/core/config";
import { openDatabase } from "@drumline/db";
import { startTaskRun } from "@drumline/testing/task-run";

import { createIntegrationGateways } from "../../src/gateways/create-gateways.ts";
import { integrationSettings } from "../../src/settings.ts";
import { integrationHandlers } from "../../src/tasks.ts";

const [databaseUrl = "", host = "", name = ""] = process.argv.slice(2);
const db = openDatabase(databaseUrl, { maxConnections: 5 });
const settings = readSettings(integrationSettings, { INTEGRATION_PRIVATE_HOSTS: host, INTEGRATION_LEASE_SECONDS: "3" });
const gateways = createIntegrationGateways(settings, {}, createMappingRunner({ children: 1 }));
for (;;) {
  await integrationHandlers["integration.tasks.run_incoming"](
    startTaskRun(db, gateways, { args: { incoming: name } }).context,
  );
  await integrationHandlers["integration.tasks.run_route"](
    startTaskRun(db, gateways, { args: { route: name } }).context,
  );
}
