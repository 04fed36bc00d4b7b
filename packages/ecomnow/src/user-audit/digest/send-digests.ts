import type { JsonObject, TaskContext } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import { loadUnsettledKeys, type Mailer, sendRecordedMail } from "@drumline/outbound/mail";

import { markNotified } from "../findings/finding.sql.ts";
import type { AuditTerms } from "../evaluate-user.ts";
import { digestPrefix } from "./digest-mail.ts";

// More recipients than any digest has; what an earlier run left behind included.
const MOST_AT_ONCE = 500;

/** Sends what is queued of the audit's digests, of this cycle or of one whose run ended too soon; each once. */
export async function sendDigests(
  context: TaskContext<unknown, { readonly mailer: Mailer }, Database>,
  terms: AuditTerms,
): Promise<JsonObject> {
  const prefix = digestPrefix(terms);
  const counts = { sent: 0, failed: 0, unknown: 0 };
  const sender = { ...context, mailer: context.gateways.mailer };
  try {
    for (const key of await loadUnsettledKeys(context.db, prefix, MOST_AT_ONCE)) {
      const { status, error } = await sendRecordedMail(sender, key);
      if (status === "SENT") counts.sent += 1;
      if (status !== "FAILED" && status !== "UNKNOWN") continue;
      counts[status === "FAILED" ? "failed" : "unknown"] += 1;
      context.reportProblem({ recordId: `mail ${key}`, error: `${status}: ${error}` });
    }
  } finally {
    await markNotified(context.db, prefix);
  }
  return counts;
}
