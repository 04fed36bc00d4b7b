import { DAY_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import type { TaskContext, TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import { createConcurrencyLimit, type HttpTransport } from "@drumline/outbound/http";
import { loadUnsettledKeys, type Mailer, queueMails, sendRecordedMail } from "@drumline/outbound/mail";
import type { SecretBox } from "@drumline/outbound/secrets";

import { loadWatchedApis, pruneChecks, saveCheck, type WatchedApi } from "./api-status.sql.ts";
import { planStatus } from "./plan-status.ts";
import { probeApi } from "./probe-api.ts";
import { STATUS_MAIL_PREFIX, toStatusMails } from "./status-mail.ts";

const AT_ONCE = 10;
const MOST_LISTED = 100;
const MOST_MAILS = 1_000;
const KEPT_MS = 90 * DAY_MS;

interface Gateways {
  readonly http: HttpTransport;
  readonly secrets: SecretBox;
  readonly mailer: Mailer;
}

type Context = TaskContext<unknown, Gateways, Database>;

/** Asks every watched API whether it is as expected, and mails its people when that has changed. */
export async function apiStatusCheck(context: Context): Promise<TaskResult> {
  const { db, clock, limit, dryRun } = context;
  const apis = await loadWatchedApis(db, limit);
  if (dryRun)
    return {
      wouldCheck: apis.length,
      listed: apis.slice(0, MOST_LISTED).map(({ name, method, state }) => ({ name, method, state })),
    };
  const counts = { checked: 0, up: 0, down: 0, failing: 0, wentDown: 0, cameBack: 0, unchecked: 0 };
  const limited = createConcurrencyLimit(AT_ONCE);
  await Promise.all(apis.map((api) => limited(() => checkApi(context, api, counts))));
  context.signal.throwIfAborted();
  const mails = await sendMails(context);
  await pruneChecks(db, new Date(clock.now().getTime() - KEPT_MS));
  return { ...counts, ...mails };
}

type Counts = Record<"checked" | "up" | "down" | "failing" | "wentDown" | "cameBack" | "unchecked", number>;

async function checkApi(context: Context, api: WatchedApi, counts: Counts): Promise<void> {
  const { db, clock, signal, gateways } = context;
  if (signal.aborted) return;
  try {
    const probe = await probeApi({ ...gateways, signal }, api);
    const at = clock.now();
    const planned = planStatus(api, probe.isOk, at);
    const isSaved = await db.$transaction(async (tx) => {
      if (!(await saveCheck(tx, api, { probe, planned, at }))) return false;
      await queueMails(tx, toStatusMails(api, planned, probe, at), at);
      return true;
    });
    if (!isSaved) return;
    counts.checked += 1;
    if (planned.state === "DOWN") counts.down += 1;
    else counts[probe.isOk ? "up" : "failing"] += 1;
    if (planned.news === "DOWN") counts.wentDown += 1;
    if (planned.news === "UP") counts.cameBack += 1;
    context.progress(counts.checked);
  } catch (error) {
    if (signal.aborted) return;
    counts.unchecked += 1;
    context.reportProblem({ recordId: api.name, error: messageOf(error) });
  }
}

/** What is queued, also by an earlier run that could not send it. */
async function sendMails(context: Context): Promise<{ mailed: number; mailsLeft: number }> {
  const { db, clock, run, signal, gateways } = context;
  const keys = await loadUnsettledKeys(db, STATUS_MAIL_PREFIX, MOST_MAILS);
  let mailed = 0;
  for (const [done, key] of keys.entries()) {
    try {
      const mail = await sendRecordedMail({ db, clock, run, signal, mailer: gateways.mailer }, key);
      if (mail.status === "SENT") mailed += 1;
      else if (mail.status !== "SENDING")
        context.reportProblem({ recordId: key, error: `${mail.status}: ${mail.error}` });
    } catch (error) {
      signal.throwIfAborted();
      // Refused credentials or a rate limit hold for every further mail too; they stay queued for the next run.
      context.reportProblem({ recordId: key, error: messageOf(error) });
      return { mailed, mailsLeft: keys.length - done };
    }
  }
  return { mailed, mailsLeft: 0 };
}
