import { createPartnerCall, type Exchange } from "@drumline/connectors/exchange";
import type { MappingRunner } from "@drumline/connectors/mapping";
import { pullRecords } from "@drumline/connectors/pull";
import { pushRecords } from "@drumline/connectors/push";
import { SECOND_MS } from "@drumline/core/clock";
import { type TaskContext, turnOf } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import type { HttpTransport } from "@drumline/outbound/http";
import { type SecretBox, type SecretUse, toAuthHeaders } from "@drumline/outbound/secrets";

import type { EcomnowSettings } from "../settings.ts";
import { loadChanges } from "./changes.sql.ts";
import { advanceCursor, type ClientFlow, savePendingPush } from "./endpoint.sql.ts";
import { parseRecord } from "./incoming/parse-record.ts";
import { retryWaiting, takeInArrived } from "./incoming/retry-waiting.ts";
import { savePage } from "./incoming/save-page.ts";
import { openWaitingProblems } from "./incoming/waiting-problems.sql.ts";
import { loadLeft, noteLeft, saveLeft } from "./left-change.sql.ts";

export interface FlowGateways {
  readonly http: HttpTransport;
  readonly secrets: SecretBox;
  readonly mappings: MappingRunner;
  readonly settings: Pick<EcomnowSettings, "ecomnowClientSeconds" | "ecomnowLongestSilenceSeconds">;
}

/** Pulls or pushes what is due of one flow that the run has claimed. What ended it early; null when it came to its end. */
export async function exchangeFlow(
  { db, clock, run, signal, gateways }: TaskContext<unknown, FlowGateways, Database>,
  flow: ClientFlow,
  parts: Pick<Exchange, "budget" | "isOutOfTime" | "counts" | "hide">,
): Promise<unknown> {
  const { http, secrets, mappings, settings } = gateways;
  try {
    const call = createPartnerCall(flow, {
      http,
      toAuthHeaders: () => toAuthHeaders(flow, toSecretUse(flow), secrets),
      credentialsCure: "Check auth_kind and auth_secret of the client.",
      hide: parts.hide,
      longestSilenceMs: settings.ecomnowLongestSilenceSeconds * SECOND_MS,
      clock,
      signal,
    });
    const mapping = await mappings.openMapping(flow.mapping);
    const exchange: Exchange = { ...parts, endpoint: flow, mapping, call, signal };
    const owner = () => ({ db, runId: run.id, flow, turn: turnOf({ run, clock }) });
    if (flow.direction === "IN") {
      await retryWaiting(exchange, owner());
      await pullRecords(exchange, {
        parse: (mapped, raw) => parseRecord(flow.entity, mapped, raw),
        savePage: (page, after) => savePage(exchange, owner(), page, after),
      });
      await takeInArrived(exchange, owner());
    } else
      await pushRecords(exchange, {
        expression: flow.mapping,
        pendingPush: flow.pendingPush,
        loadChanges: (range) => loadChanges(db, flow, range),
        savePending: (push) => savePendingPush(db, flow, run.id, push),
        loadLeft: (limit) => loadLeft(db, flow, clock.now(), limit),
        advanceCursor: (cursor, outcome) =>
          db.$transaction(async (tx) => {
            await saveLeft(tx, flow, outcome, turnOf({ run, clock }));
            return await advanceCursor(tx, flow, run.id, cursor);
          }),
      });
    return null;
  } catch (error) {
    return error;
  } finally {
    // What waits, waits on while its client is away.
    const note = flow.direction === "IN" ? openWaitingProblems : noteLeft;
    if (!signal.aborted) await note(db, flow, parts.hide, clock.now());
  }
}

/** Whose secret is sent, and where. */
export const toSecretUse = ({ partner, url }: ClientFlow): SecretUse => ({ owner: `client ${partner}`, url });
