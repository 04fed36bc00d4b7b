import { isUtf8 } from "node:buffer";

import type { JsonObject } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import { type StoredWebhook, type WebhookConsumer, WebhookNotTaken } from "@drumline/events/inbox";

import {
  ConfigurationUnusable,
  type Incoming,
  loadIncoming,
  loadUsableIncoming,
} from "../configurations/load-configurations.sql.ts";
import { toHttpSource } from "../configurations/source.ts";
import type { IntegrationSettings } from "../settings.ts";
import { type ArrivedRecord, toArrived } from "./plan-page.ts";
import { readRecords, UnreadableRecords } from "./read-records.ts";
import { saveArrived } from "./save-page.sql.ts";

/** Has a task of the integration run soon; one that waits with the same arguments is enough. */
export type StartTask = (
  task: "integration.tasks.run_incoming" | "integration.tasks.run_route",
  args: JsonObject,
  requestedBy: string,
) => Promise<void>;

/**
 * What sources of webhooks send becomes tasks of the incoming that has the source's name for its identifier, in the
 * transaction that marks the webhooks done; its real-time routes are run right after the commit.
 */
export function createWebhookConsumer(
  { integrationRecordKilobytes }: Pick<IntegrationSettings, "integrationRecordKilobytes">,
  start: StartTask,
): WebhookConsumer {
  return {
    name: "integration",
    async take(tx, webhooks, at) {
      // Incomings in one order, and entities of each by id: two workers never wait for each other.
      for (const [identifier, sent] of bySource(webhooks)) {
        const incoming = await loadForWebhooks(tx, identifier);
        const lists: ArrivedRecord[][] = [];
        for (const webhook of sent)
          lists.push(await readWebhook(webhook, incoming, integrationRecordKilobytes * 1_024));
        await saveArrived(tx, { incoming, routes: incoming.routes, records: lists.flat(), origin: {} }, at);
      }
    },
    async taken(db, webhooks) {
      for (const [identifier] of bySource(webhooks))
        for (const route of (await loadIncoming(db, identifier)).routes.filter(({ isRealTime }) => isRealTime))
          await start("integration.tasks.run_route", { route: route.identifier }, `webhooks of ${identifier}`);
    },
    async pullMissed(tx, { name }) {
      if (await canPull(tx, name))
        await start("integration.tasks.run_incoming", { incoming: name }, `silence of ${name}`);
    },
  };
}

function bySource(webhooks: readonly StoredWebhook[]): [source: string, sent: StoredWebhook[]][] {
  const names = [...new Set(webhooks.map(({ source }) => source))].toSorted();
  return names.map((name) => [name, webhooks.filter(({ source }) => source === name)]);
}

/** @throws {ConfigurationUnusable} until somebody corrects it: the webhook waits, and is tried again */
async function loadForWebhooks(db: Pick<Database, "integrationIncoming">, identifier: string): Promise<Incoming> {
  const incoming = await loadUsableIncoming(db, identifier);
  if (incoming.source.kind === "webhook") return incoming;
  throw new ConfigurationUnusable("incoming", identifier, `reads by ${incoming.source.kind}, and takes no webhooks`);
}

/** What is not there or switched off has nothing to ask: that its source is silent is an open problem all the same. */
async function canPull(db: Pick<Database, "integrationIncoming">, identifier: string): Promise<boolean> {
  try {
    return toHttpSource((await loadForWebhooks(db, identifier)).source) !== null;
  } catch (error) {
    if (error instanceof ConfigurationUnusable) return false;
    throw error;
  }
}

/** @throws {WebhookNotTaken} for a body that is no list of records, however often it is read */
async function readWebhook(webhook: StoredWebhook, { source }: Incoming, mostBytes: number): Promise<ArrivedRecord[]> {
  if (!isUtf8(webhook.body)) throw new WebhookNotTaken("its body is not UTF-8");
  try {
    const { records } = await readRecords(webhook.body.toString("utf8"), source);
    const { id, eventId, topic, replays } = webhook;
    const origin = { webhook: String(id), event: eventId, topic };
    return records.map((record) => {
      const arrived = toArrived(record, source, mostBytes);
      // A person who asks for it again wants it sent again, though it is known.
      return { ...arrived, origin, hash: replays === 0 ? arrived.hash : `${arrived.hash} again ${replays}` };
    });
  } catch (error) {
    if (error instanceof UnreadableRecords) throw new WebhookNotTaken(`its body ${error.message}`, error);
    throw error;
  }
}
