// One attempt of eComNowClientsApiIntegrations against a real database, for a client that kills it.
import { openDatabase } from "@drumline/db";

import { exchangeWithClients } from "../../src/clients/exchange-with-clients.ts";
import { startEcomnowRun } from "../ecomnow-run.ts";

const [databaseUrl = "", host = "", runId = ""] = process.argv.slice(2);
const db = openDatabase(databaseUrl);
const { context } = startEcomnowRun(db, { settings: { ecomnowPrivateHosts: [host] }, run: { id: runId } });
const counts = await exchangeWithClients(context);
await db.$disconnect();
process.stdout.write(JSON.stringify(counts));
