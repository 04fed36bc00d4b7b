import type { NewMail } from "@drumline/outbound/mail";
import { siteOf } from "@drumline/outbound/http";

import type { Probe, WatchedApi } from "./api-status.sql.ts";
import type { PlannedStatus } from "./plan-status.ts";

/** First part of the keys of these mails. */
export const STATUS_MAIL_PREFIX = "api-status/";

/** A mail to each recipient about a change; the key is the change and the person, so that nobody is told twice. */
export function toStatusMails(api: WatchedApi, planned: PlannedStatus, probe: Probe, at: Date): NewMail[] {
  const { news } = planned;
  if (news === null) return [];
  const { url } = siteOf({ system: api.name, method: api.method, url: api.url });
  const since = api.stateSince?.toISOString() ?? "the first check";
  const lines =
    news === "DOWN"
      ? [
          `${api.name} is down since ${at.toISOString()}.`,
          `${api.method} ${url}: ${probe.error ?? ""}.`,
          `Failed checks in a row: ${planned.consecutiveFailures}.`,
        ]
      : [
          `${api.name} is up again since ${at.toISOString()}; it was down since ${since}.`,
          `${api.method} ${url} answered ${probe.actualStatus} in ${probe.latencyMs} ms.`,
        ];
  return [...new Set(api.recipients)].map((recipient) => ({
    key: `${STATUS_MAIL_PREFIX}${api.id}/${news}/${at.toISOString()}/${recipient}`,
    kind: "api-status",
    recipient,
    subject: news === "DOWN" ? `${api.name} is down` : `${api.name} is up again`,
    text: `${lines.join("\n")}\n`,
  }));
}
