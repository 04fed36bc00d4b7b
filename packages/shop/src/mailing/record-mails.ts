import type { Clock } from "@drumline/core/clock";
import { type Database, toErrorText, type Transaction } from "@drumline/db";
import { queueMails } from "@drumline/outbound/mail";

import { endLeads, issueRestoreLinks, type LeadStop, restorePathOf } from "../leads/index.ts";
import type { MailTemplates } from "../notifications/mail-templates.ts";
import { lockAnnouncements, returnToWaiting } from "../subscriptions/announce-stock.sql.ts";
import { confirmPathOf, issueConfirmations } from "../subscriptions/confirmation.sql.ts";
import { endSubscriptions } from "../subscriptions/end-subscriptions.sql.ts";
import { type DueNotice, endNotices, type NoticeEnding } from "./claim-notices.sql.ts";
import { type ComposedMail, composeMail, type MailTerms } from "./compose-mail.ts";
import { leadIdOf, loadNoticeFacts, subscriptionIdOf } from "./load-notice-facts.sql.ts";
import type { NoticeFacts } from "./notice-facts.ts";
import { openNoticeProblems } from "./notice-problems.ts";
import { type Consequence, type NoticeDecision, type NoticeTerms, planNotices } from "./plan-notices.ts";

const ERROR_CODE_POINTS = 1_000;

export type SendingTerms = MailTerms & Omit<NoticeTerms, "now" | "isSecondLook">;

export interface RecordMails {
  readonly db: Database;
  readonly clock: Clock;
  readonly runId: string;
  readonly templates: MailTemplates;
  readonly terms: SendingTerms;
}

/** What became of one notice; LOST: another run had taken it over. */
export interface RecordedNotice {
  readonly key: string;
  readonly status: NoticeEnding["status"] | "LOST";
  readonly error: string | null;
  readonly isFallback: boolean;
}

/**
 * Decides on claimed notices and ends them, with their mails on record, in one transaction: whatever was asked of the
 * tables holds when it is over, and it may be broken off anywhere.
 */
export async function recordMails(of: RecordMails, notices: readonly DueNotice[]): Promise<RecordedNotice[]> {
  const { db, clock, runId, templates, terms } = of;
  const now = clock.now();
  return await db.$transaction(async (tx) => {
    const { facts, decisions } = await decide(tx, notices, { ...terms, now });
    const links = await issueLinks(tx, facts, decisions, now);
    const written = facts.map((one, index) => write(one, decisions[index]!, links, templates, terms));
    const ended = await endNotices(
      tx,
      runId,
      written.map(({ ending }) => ending),
      now,
    );
    // What another run has taken over meanwhile is that one's to tell.
    const held = written.filter(({ ending }) => ended.has(ending.id));
    const mails = held.flatMap(({ composed }) => (composed === null ? [] : [composed]));
    await queueMails(
      tx,
      mails.map(({ mail }) => mail),
      now,
    );
    await followUp(
      tx,
      facts.map(({ notice }, index) => [notice, decisions[index]!] as const).filter(([{ id }]) => ended.has(id)),
      now,
    );
    const failed = held.filter(({ ending }) => ending.status === "FAILED");
    await openNoticeProblems(
      tx,
      failed.map(({ notice, ending }) => ({ ...notice, reason: ending.error! })),
      now,
    );
    return written.map(({ notice, ending, composed }) => ({
      key: notice.key,
      status: ended.has(notice.id) ? ending.status : "LOST",
      error: ending.error ?? null,
      isFallback: composed?.isFallback ?? false,
    }));
  });
}

/** What is known of these notices, locked, and what becomes of them. */
export async function decide(
  tx: Transaction,
  notices: readonly DueNotice[],
  terms: NoticeTerms,
): Promise<{ facts: readonly NoticeFacts[]; decisions: readonly NoticeDecision[] }> {
  if (notices.some(({ kind }) => kind === "back-in-stock")) await lockAnnouncements(tx);
  const facts = await loadNoticeFacts(tx, notices, terms.now);
  return { facts, decisions: planNotices(facts, terms) };
}

/** What follows from notices that are told no more, for the people who waited for them. */
export async function followUp(
  tx: Transaction,
  decided: readonly (readonly [DueNotice, NoticeDecision])[],
  now: Date,
): Promise<void> {
  const of = (wanted: Consequence) =>
    decided.flatMap(([notice, decision]) => {
      const id = subscriptionIdOf(notice);
      return decision.kind === "SUPERSEDED" && decision.consequence === wanted && id !== null ? [id] : [];
    });
  await returnToWaiting(tx, of("WAIT_ON"));
  await endSubscriptions(tx, of("UNSUBSCRIBED"), "UNSUBSCRIBED", now);
  const stops = new Map<bigint, LeadStop>();
  for (const [notice, decision] of decided) {
    const id = leadIdOf(notice);
    const consequence = decision.kind === "SUPERSEDED" ? decision.consequence : undefined;
    if (id === null || consequence === undefined) continue;
    if (typeof consequence === "object") stops.set(id, consequence.leadStop);
    if (consequence === "UNSUBSCRIBED") stops.set(id, "UNSUBSCRIBED");
  }
  await endLeads(tx, stops, now);
}

/** The way back to the cart, and the way to confirm: made here, so that nothing but the mail knows them. */
async function issueLinks(
  tx: Transaction,
  facts: readonly NoticeFacts[],
  decisions: readonly NoticeDecision[],
  now: Date,
): Promise<ReadonlyMap<bigint, string>> {
  const mailed = facts.map(({ notice }) => notice).filter((_, index) => decisions[index]!.kind === "MAIL");
  const ofKind = (kind: string, idOf: (notice: DueNotice) => bigint | null) =>
    mailed.flatMap((notice) => {
      const id = notice.kind === kind ? idOf(notice) : null;
      return id === null ? [] : [{ noticeId: notice.id, id }];
    });
  const leads = ofKind("reminder", leadIdOf);
  const asked = ofKind("confirm-subscription", subscriptionIdOf);
  const toIds = (pairs: readonly { id: bigint }[]) => [...new Set(pairs.map(({ id }) => id))];
  const restores = leads.length === 0 ? new Map<bigint, string>() : await issueRestoreLinks(tx, toIds(leads), now);
  const confirmations = await issueConfirmations(tx, toIds(asked));
  return new Map([
    ...leads.map(({ noticeId, id }) => [noticeId, restorePathOf(restores.get(id)!)] as const),
    ...asked.map(({ noticeId, id }) => [noticeId, confirmPathOf(confirmations.get(id)!)] as const),
  ]);
}

interface Written {
  readonly notice: DueNotice;
  readonly ending: NoticeEnding;
  readonly composed: ComposedMail | null;
}

/** A notice whose template is wrong fails alone. */
function write(
  facts: NoticeFacts,
  decision: NoticeDecision,
  links: ReadonlyMap<bigint, string>,
  templates: MailTemplates,
  terms: MailTerms,
): Written {
  const { notice } = facts;
  const end = (ending: Omit<NoticeEnding, "id">): Written => ({
    notice,
    ending: { id: notice.id, ...ending },
    composed: null,
  });
  if (decision.kind === "WAIT") return end({ status: "DUE", dueAt: decision.until });
  if (decision.kind !== "MAIL") return end({ status: decision.kind, error: decision.reason });
  try {
    return {
      ...end({ status: "QUEUED" }),
      composed: composeMail(facts, links.get(notice.id) ?? null, templates, terms),
    };
  } catch (error) {
    return end({ status: "FAILED", error: toErrorText(error, ERROR_CODE_POINTS) });
  }
}
