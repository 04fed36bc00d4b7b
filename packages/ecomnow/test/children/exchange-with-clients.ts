// One attempt of eComNowClientsApiIntegrations against a real database, for a client that kills it.
import { openDatabase } from "@drumline/db";

import { ecomnowClientsApiIntegrations } from "../../src/client-integrations/clients-api-integrations.ts";
import { startDataRun } from "../data-run.ts";

const [databaseUrl = "", host = "", runId = ""] = process.argv.slice(2);
const db = openDatabase(databaseUrl);
const { context } = startDataRun<object>(db, { privateHosts: [host], runId });
const counts = await ecomnowClientsApiIntegrations(context);
await db.$disconnect();
process.stdout.write(JSON.stringify(counts));
