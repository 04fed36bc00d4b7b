import { chooseActions } from "@drumline/ecomnow/commands";
import { ACTION_STATUSES, ACTIONS, AUDIT_TYPES, loadFindings } from "@drumline/ecomnow/queries";
import { changeTasks } from "@drumline/integration/commands";
import { loadTasks, TASK_STATUSES } from "@drumline/integration/queries";
import { askPaymentNow } from "@drumline/shop/commands";
import { loadPayments, PAYMENT_STATUSES } from "@drumline/shop/queries";
import { z } from "zod";

import type { ApiParts } from "../api.ts";
import { checkPaymentsNow } from "../shop/check-payments-now.ts";
import { confirmAsSecondPerson } from "../user-audits/second-person.ts";
import { type BulkKind, NUMBER, pagesOf, UUID, whoDoes } from "./bulk-kind.ts";

const nobody = (): Promise<ReadonlyMap<string, string>> => Promise.resolve(new Map());
const none = z.strictObject({});

/** What is done to many rows of the contexts, each by the context's own command. */
export function contextKinds(parts: ApiParts): Record<string, BulkKind> {
  const { db, clock } = parts;
  const taskFilter = z.strictObject({
    route: z.string().max(100).optional(),
    status: z.enum(TASK_STATUSES).optional(),
    entity: z.string().max(500).optional(),
  });
  const ofTasks = (verb: "retry" | "skip", summary: string): BulkKind => ({
    access: "operator",
    summary,
    filter: taskFilter,
    params: none,
    idForm: NUMBER,
    match: (filter) =>
      pagesOf(
        (before: bigint | null, limit) => loadTasks(db, filter as z.output<typeof taskFilter>, before, limit),
        ({ id }) => id,
        ({ id }) => String(id),
      ),
    judge: nobody,
    apply: async (ids, action) => {
      const change = { by: whoDoes(action), at: clock.now() };
      const { changedIds } = await changeTasks(db, verb, { ids: ids.map(BigInt) }, change);
      const changed = new Set(changedIds.map(String));
      return ids.map((id) =>
        changed.has(id)
          ? { id, outcome: "DONE" }
          : { id, outcome: "SKIPPED", reason: `cannot be ${verb === "retry" ? "retried" : "skipped"} in its state` },
      );
    },
    batch: 500,
  });

  const findingFilter = z.strictObject({
    auditType: z.enum(AUDIT_TYPES).optional(),
    platform: z.string().max(32).optional(),
    action: z.enum(ACTIONS).optional(),
    actionStatus: z.enum(ACTION_STATUSES).optional(),
    state: z.enum(["open", "closed"]).optional(),
    q: z.string().min(1).max(200).optional(),
  });
  const matchFindings: BulkKind["match"] = (filter) => {
    const { q, ...rest } = filter as z.output<typeof findingFilter>;
    return pagesOf(
      (before: bigint | null, limit) => loadFindings(db, { ...rest, search: q }, before, limit),
      ({ id }) => id,
      ({ id }) => String(id),
    );
  };
  const decision = z.strictObject({ action: z.enum(ACTIONS) });

  const paymentFilter = z.strictObject({
    provider: z.string().max(32).optional(),
    status: z.enum(PAYMENT_STATUSES).optional(),
  });

  return {
    "integration.tasks.retry": ofTasks("retry", "Send these tasks of the integration again"),
    "integration.tasks.skip": ofTasks("skip", "Send these tasks of the integration no more"),
    "user-audits.decide": {
      access: "operator",
      summary: "Choose one action for these findings of the user audit",
      filter: findingFilter,
      params: decision,
      idForm: NUMBER,
      match: matchFindings,
      judge: nobody,
      apply: async (ids, action) => {
        const chosen = decision.parse(action.params).action;
        const choice = { ids: ids.map(BigInt), action: chosen, by: whoDoes(action), at: clock.now() };
        const outcomes = await chooseActions(db, choice);
        return [...outcomes].map(([id, outcome]) =>
          outcome === "SET"
            ? { id: String(id), outcome: "DONE" }
            : { id: String(id), outcome: "SKIPPED", reason: outcome },
        );
      },
      batch: 500,
    },
    "user-audits.confirm": {
      access: "operator",
      isPersonal: true,
      summary:
        "Confirm, as the second person, what others have decided about these findings; for somebody who is signed in",
      filter: findingFilter,
      params: none,
      idForm: NUMBER,
      match: matchFindings,
      judge: nobody,
      apply: async (ids, action) => {
        const confirmed = await confirmAsSecondPerson(parts, { ids: ids.map(BigInt), by: whoDoes(action) });
        return [...confirmed].map(([id, outcome]) =>
          outcome === "CONFIRMED"
            ? { id: String(id), outcome: "DONE" }
            : { id: String(id), outcome: "SKIPPED", reason: outcome },
        );
      },
      batch: 500,
    },
    "shop.payments.ask": {
      access: "operator",
      summary: "Ask the providers of these payments now",
      filter: paymentFilter,
      params: none,
      idForm: UUID,
      match: (filter) =>
        pagesOf(
          (after: { createdAt: Date; id: string } | null, limit) =>
            loadPayments(db, filter as z.output<typeof paymentFilter>, after, limit),
          ({ createdAt, id }) => ({ createdAt, id }),
          ({ id }) => id,
        ),
      judge: nobody,
      apply: async (ids, action) => {
        const asked = [];
        for (const id of ids)
          asked.push({ id, is: await askPaymentNow(db, { paymentId: id, source: "MANUAL", at: clock.now() }) });
        const result = await checkPaymentsNow(parts, whoDoes(action));
        return asked.map(({ id, is }) =>
          is ? { id, outcome: "DONE", result } : { id, outcome: "SKIPPED", reason: "its provider has no id for it" },
        );
      },
      batch: 200,
    },
  };
}
