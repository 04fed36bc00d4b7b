import { emailHashOf, emailKeyOf, parseJson } from "@drumline/core/text";
import { z } from "zod";

export type MailReportKind = "PERMANENT" | "TRANSIENT" | "UNDETERMINED" | "COMPLAINT";

/** What became of a mail after it left, of one recipient. The address is kept as its hash alone. */
export interface MailReport {
  readonly emailHash: string;
  readonly kind: MailReportKind;
  readonly occurredAt: Date;
}

const recipients = z.array(z.looseObject({ emailAddress: z.string().min(3).max(500) })).max(100);
const bounce = z.looseObject({
  bounceType: z.string(),
  bouncedRecipients: recipients,
  timestamp: z.string().optional(),
});
const complaint = z.looseObject({
  complainedRecipients: recipients,
  complaintFeedbackType: z.string().nullish(),
  timestamp: z.string().optional(),
});
const schema = z.union([
  z.looseObject({ notificationType: z.literal("Bounce"), bounce }),
  z.looseObject({ notificationType: z.literal("Complaint"), complaint }),
]);

/**
 * The bounces and complaints in a message of SES, by direct notification (`notificationType`) or event publishing
 * (`eventType`). Empty for everything else: deliveries, what SES says of itself, and fields of a later day.
 */
export function parseMailReports(message: string, receivedAt: Date): MailReport[] {
  const parsed = schema.safeParse(readEvent(message));
  if (!parsed.success) return [];
  const event = parsed.data;
  if (event.notificationType === "Bounce") {
    const { bounceType, bouncedRecipients, timestamp } = event.bounce;
    return toReports(bouncedRecipients, KINDS[bounceType] ?? "UNDETERMINED", timestamp, receivedAt);
  }
  const { complainedRecipients, complaintFeedbackType, timestamp } = event.complaint;
  // Somebody has taken a mail out of the spam folder.
  if (complaintFeedbackType === "not-spam") return [];
  return toReports(complainedRecipients, "COMPLAINT", timestamp, receivedAt);
}

const KINDS: Readonly<Record<string, MailReportKind>> = { Permanent: "PERMANENT", Transient: "TRANSIENT" };

function readEvent(message: string): unknown {
  try {
    const event = parseJson(message) as Record<string, unknown> | null;
    return typeof event === "object" && event !== null
      ? { ...event, notificationType: event["notificationType"] ?? event["eventType"] }
      : null;
  } catch {
    return null;
  }
}

function toReports(
  people: z.infer<typeof recipients>,
  kind: MailReportKind,
  timestamp: string | undefined,
  receivedAt: Date,
): MailReport[] {
  const saidMs = Date.parse(timestamp ?? "");
  // A time to come would count for longer than a bounce does.
  const occurredAt = saidMs <= receivedAt.getTime() ? new Date(saidMs) : receivedAt;
  const hashes = people.map(({ emailAddress }) => {
    const [, plain = emailAddress] = /<([^<>]+)>\s*$/.exec(emailAddress) ?? [];
    return emailHashOf(emailKeyOf(plain));
  });
  return [...new Set(hashes)].map((emailHash) => ({ emailHash, kind, occurredAt }));
}
