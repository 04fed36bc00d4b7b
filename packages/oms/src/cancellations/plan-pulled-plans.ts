import type { JsonObject } from "@drumline/core/task";

import type { RemoteCancellationPlan } from "../gateways/omnitron/port.ts";
import type { ImportProblem } from "../imports/import-problem.ts";
import type { CancellationPlanStatus } from "../states/index.ts";

/** A plan as it came, with what it says. */
export interface PulledPlan {
  readonly remoteId: string;
  readonly value: RemoteCancellationPlan;
  readonly payload: JsonObject;
}

/** A plan the database holds. */
export interface KnownPlan {
  readonly id: bigint;
  readonly pk: bigint;
  readonly status: CancellationPlanStatus;
  readonly type: "CANCEL" | "REFUND";
  readonly remoteModifiedAt: Date;
  readonly items: readonly { readonly itemPk: bigint; readonly quantity: number; readonly done: number }[];
}

/** A plan that is here, as it came now. */
export interface KnownVersion {
  readonly known: KnownPlan;
  readonly record: PulledPlan;
}

/** What a batch of pulled plans changes. */
export interface PulledPlanChanges {
  readonly created: readonly PulledPlan[];
  /** New, and decided elsewhere: kept, since an older version of them that wants something may come yet. */
  readonly closed: readonly PulledPlan[];
  /** Known, and to be carried out as they are now; what is done of them stays done. */
  readonly changed: readonly KnownVersion[];
  /** Known, and newer than what is here, whatever is done about them. */
  readonly newer: readonly KnownVersion[];
  /** Not ended here, and decided elsewhere: nothing more of them is carried out. */
  readonly withdrawn: readonly KnownPlan[];
  readonly problems: readonly ImportProblem[];
  /** Those without a problem: what was recorded about them earlier is resolved. */
  readonly resolvedRemoteIds: readonly string[];
}

/**
 * Decides what pulled plans change. Omnitron has the word for as long as it can be followed: a plan it withdraws is closed,
 * one it changes is carried out as it is now; where units are cancelled already that it wants back, a person is told. An
 * older version never wins over a newer one, nor a webhook's over one that is equally new: a page says what Omnitron holds as
 * it answers, a webhook may have been on its way for hours. Pure.
 */
export function planPulledPlans(
  records: readonly PulledPlan[],
  knownPlans: readonly KnownPlan[],
  { byWebhook = false }: { readonly byWebhook?: boolean } = {},
): PulledPlanChanges {
  const knownByPk = new Map(knownPlans.map((plan) => [plan.pk, plan]));
  const created: PulledPlan[] = [];
  const closed: PulledPlan[] = [];
  const changed: KnownVersion[] = [];
  const newer: KnownVersion[] = [];
  const withdrawn: KnownPlan[] = [];
  const problems: ImportProblem[] = [];
  const resolvedRemoteIds: string[] = [];
  for (const record of newestOf(records)) {
    const { value, remoteId, payload } = record;
    const known = knownByPk.get(value.pk);
    if (known !== undefined && value.modifiedAt < known.remoteModifiedAt) continue;
    const isNewer = known === undefined || value.modifiedAt > known.remoteModifiedAt;
    if (byWebhook && !isNewer) continue;
    if (known !== undefined && isNewer) newer.push({ known, record });
    let error: string | null = null;
    if (known === undefined) {
      (value.isWaiting ? created : closed).push(record);
    } else if (!value.isWaiting) {
      if (isOpen(known)) withdrawn.push(known);
      else error = contradictionOf(known, value);
    } else if (isChanged(known, value)) {
      error = tooLateOf(known, value);
      if (isOpen(known) || wantsMore(known, value)) changed.push({ known, record });
    }
    // Of two that are equally new nobody knows which is the later: the one that is no problem settles none.
    if (error !== null) problems.push({ remoteId, code: "PLAN_CHANGED_TOO_LATE", error, payload });
    else if (isNewer) resolvedRemoteIds.push(remoteId);
  }
  return { created, closed, changed, newer, withdrawn, problems, resolvedRemoteIds };
}

function newestOf(records: readonly PulledPlan[]): PulledPlan[] {
  const newest = new Map<bigint, PulledPlan>();
  for (const record of records) {
    const other = newest.get(record.value.pk);
    if (other === undefined || other.value.modifiedAt <= record.value.modifiedAt) newest.set(record.value.pk, record);
  }
  return [...newest.values()];
}

const isOpen = ({ status }: KnownPlan): boolean => status === "WAITING" || status === "PROCESSING";

const OUR_WORDS: Readonly<Partial<Record<CancellationPlanStatus, readonly string[]>>> = {
  COMPLETED: ["completed"],
  PARTIAL: ["partial"],
  REJECTED: ["rejected"],
  FAILED: ["rejected", "partial"],
};

/**
 * Omnitron's repetition of our own answer is none where it is about the plan that was answered: it may have been changed while
 * the answer was on its way. Nor is any other word about a plan of which nothing was done.
 */
function contradictionOf(known: KnownPlan, value: RemoteCancellationPlan): string | null {
  const { status, items } = known;
  if (status === "WITHDRAWN") return null;
  if (OUR_WORDS[status]!.includes(value.status)) return tooLateOf(known, value) ?? unaskedOf(known, value);
  if (items.every(({ done }) => done === 0)) return null;
  return `Omnitron says "${value.status}" of a plan that is ${status} here: ${toDoneText(items)}.`;
}

/** Units that it was not answered about. */
function unaskedOf({ status, items }: KnownPlan, value: RemoteCancellationPlan): string | null {
  const known = new Map(items.map((item) => [item.itemPk, Math.max(item.quantity, item.done)]));
  const beyond = value.items.filter(({ itemPk, quantity }) => quantity > (known.get(itemPk) ?? 0));
  if (beyond.length === 0) return null;
  const told = beyond.map(
    ({ itemPk, quantity }) => `${quantity} of item ${itemPk}, where it asked for ${known.get(itemPk) ?? 0}`,
  );
  return `it was changed before Omnitron knew that it is ${status}, and now wants ${told.join("; ")}.`;
}

function isChanged({ status, type, items }: KnownPlan, value: RemoteCancellationPlan): boolean {
  if (status === "WITHDRAWN" || type !== value.type || items.length !== value.items.length) return true;
  const quantities = new Map(items.map(({ itemPk, quantity }) => [itemPk, quantity]));
  return value.items.some(({ itemPk, quantity }) => quantities.get(itemPk) !== quantity);
}

function wantsMore({ items }: KnownPlan, value: RemoteCancellationPlan): boolean {
  const known = new Map(items.map((item) => [item.itemPk, item]));
  return value.items.some(({ itemPk, quantity }) => quantity > (known.get(itemPk)?.done ?? 0));
}

function tooLateOf({ items }: KnownPlan, value: RemoteCancellationPlan): string | null {
  const wanted = new Map(value.items.map(({ itemPk, quantity }) => [itemPk, quantity]));
  const beyond = items.filter(({ itemPk, done }) => done > (wanted.get(itemPk) ?? 0));
  if (beyond.length === 0) return null;
  const told = beyond.map(
    ({ itemPk, done }) => `of item ${itemPk} ${done} are cancelled, and the plan now wants ${wanted.get(itemPk) ?? 0}`,
  );
  return `${told.join("; ")}.`;
}

const toDoneText = (items: KnownPlan["items"]): string =>
  items
    .filter(({ done }) => done > 0)
    .map(({ itemPk, done }) => `${done} of item ${itemPk} are cancelled`)
    .join(", ");
