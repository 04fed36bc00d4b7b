import { type TaskContext, type TaskResult, workInBatches } from "@drumline/core/task";
import { commitApart, type Database, toErrorText } from "@drumline/db";
import type { Mailer } from "@drumline/outbound/mail";

import type { MailTemplates } from "../notifications/mail-templates.ts";
import { announceStock } from "../subscriptions/announce-stock.ts";
import { endOldSubscriptions } from "../subscriptions/end-subscriptions.sql.ts";
import { claimNotices, type DueNotice, endNotices, loadDueNotices, releaseNotices } from "./claim-notices.sql.ts";
import { openNoticeProblems } from "./notice-problems.ts";
import { decide, type RecordedNotice, recordMails, type SendingTerms } from "./record-mails.ts";
import { sendQueued } from "./send-queued.ts";

type Context = TaskContext<
  unknown,
  { readonly mailer: Mailer; readonly mailTemplates: MailTemplates; readonly settings: SendingTerms },
  Database
>;

const NOTICES_AT_ONCE = 100;
const MOST_SHOWN = 1_000;

/**
 * Tells customers what is due: of their orders, of products that are back and of carts they left. Each notice becomes one
 * mail on record, or none with the reason, in the transaction that ends it; then what is on record is sent. What is waited
 * for and what ends by time is looked after first.
 */
export async function sendNotifications(context: Context): Promise<TaskResult> {
  const { db, clock, gateways } = context;
  const terms = gateways.settings;
  if (context.dryRun) return await showDue(context);
  const ended = await endOldSubscriptions(db, clock.now());
  const told = await announceStock(context, terms);
  const counts = { mailed: 0, waiting: 0, superseded: 0, failed: 0, inEnglishInstead: 0 };
  await workInBatches<DueNotice>(context, {
    batchSize: NOTICES_AT_ONCE,
    claim: (most) => claimNotices(db, context.run.id, clock.now(), most),
    work: async (notices) => {
      for (const { key, status, error, isFallback } of await recordEach(context, notices)) {
        if (isFallback && status === "QUEUED") counts.inEnglishInstead += 1;
        if (status !== "LOST") counts[COUNTED_AS[status]] += 1;
        if (status === "FAILED") context.reportProblem({ recordId: `notice ${key}`, error: error ?? status });
      }
      return notices.length;
    },
    release: (notices) =>
      releaseNotices(
        db,
        context.run.id,
        notices.map(({ id }) => id),
      ),
  });
  const { waiting, ...sent } = await sendQueued(context, terms);
  return { subscriptionsEnded: ended, told, ...counts, ...sent, mailsWaiting: waiting };
}

const COUNTED_AS = { QUEUED: "mailed", DUE: "waiting", SUPERSEDED: "superseded", FAILED: "failed" } as const;

/** All in one transaction; where the database refuses that, in smaller ones, so that only the notice at fault fails. */
async function recordEach(
  { db, clock, gateways, run }: Context,
  notices: readonly DueNotice[],
): Promise<RecordedNotice[]> {
  const of = { db, clock, runId: run.id, templates: gateways.mailTemplates, terms: gateways.settings };
  const committed = await commitApart(notices, (some) => recordMails(of, some));
  const recorded: RecordedNotice[] = [];
  for (const [index, outcome] of committed.entries()) {
    if (outcome.isCommitted) {
      recorded.push(outcome.result);
      continue;
    }
    const notice = notices[index]!;
    const error = toErrorText(outcome.error);
    await db.$transaction(async (tx) => {
      const ended = await endNotices(tx, run.id, [{ id: notice.id, status: "FAILED", error }], clock.now());
      if (ended.size > 0) await openNoticeProblems(tx, [{ ...notice, reason: error }], clock.now());
    });
    recorded.push({ key: notice.key, status: "FAILED", error, isFallback: false });
  }
  return recorded;
}

async function showDue({ db, clock, gateways, limit, ...context }: Context): Promise<TaskResult> {
  const now = clock.now();
  const told = await announceStock({ db, clock, ...context }, gateways.settings);
  const notices = await loadDueNotices(db, now, Math.min(limit ?? MOST_SHOWN, MOST_SHOWN));
  const { decisions } = await db.$transaction((tx) => decide(tx, notices, { ...gateways.settings, now }));
  const keysOf = (kind: string) => notices.filter((_, index) => decisions[index]!.kind === kind).map(({ key }) => key);
  const mails = keysOf("MAIL");
  return {
    told,
    mailed: mails.length,
    waiting: keysOf("WAIT").length,
    superseded: keysOf("SUPERSEDED").length,
    failed: keysOf("FAILED").length,
    mails,
  };
}
