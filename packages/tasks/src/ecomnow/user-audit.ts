import { HOUR_MS } from "@drumline/core/clock";
import { defineTask } from "@drumline/core/task";
import { z } from "zod";

/** As written in Cognito's `custom:platform`: `US`, `EU`, … */
const platform = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/, {
  error: "expected a platform such as US or EU: up to 32 letters, digits, - and _",
});

// One SES message takes 50 recipients.
const recipients = z.array(z.email()).max(50).optional().describe("who gets the digest of new findings");

const audited = { platform: platform.describe("users without custom:platform belong to US"), recipients };

export const userNoLongerInPlatform = defineTask({
  name: "UserNoLongerInPlatform",
  queue: "ecomnow",
  summary: "Identifies users that AWS Cognito has and the platform no longer lists.",
  args: z.strictObject(audited),
  timeoutMs: 2 * HOUR_MS,
  built: true,
});

export const userNotEnabledInAnyPlatform = defineTask({
  name: "UserNotEnabledInAnyPlatform",
  queue: "ecomnow",
  summary: "Identifies users that are not enabled in any platform.",
  args: z.strictObject(audited),
  timeoutMs: 2 * HOUR_MS,
  built: true,
});

export const userNotLoggedInPlatform = defineTask({
  name: "UserNotLoggedInPlatform",
  queue: "ecomnow",
  summary: "Identifies users that have not logged in to the platform for six months.",
  args: z.strictObject({
    ...audited,
    months: z.int().min(1).max(120).default(6).describe("calendar months without a login"),
  }),
  timeoutMs: 2 * HOUR_MS,
  built: true,
});

export const performUserAudit = defineTask({
  name: "PerformUserAudit",
  queue: "ecomnow",
  summary: "Performs the actions that people chose for identified users.",
  args: z.strictObject({ platform: platform.optional().describe("only findings of this platform; all when left out") }),
  timeoutMs: 2 * HOUR_MS,
  built: true,
});
