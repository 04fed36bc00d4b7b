import type { NewMail } from "@drumline/outbound/mail";

import type { ChosenAction } from "./claim-actions.sql.ts";

/** What the user reads; the name stands on a line of its own and in no header. */
export function toReminder(key: string, recipient: string, { username, platform, months }: ChosenAction): NewMail {
  const span = `${months ?? 6} months`;
  return {
    key,
    kind: "user-audit-reminder",
    recipient,
    subject: `You have not logged in for ${span}`,
    text: [
      "Hello,",
      "",
      `your account on ${platform} has not been used for more than ${span}:`,
      "",
      `  ${username}`,
      "",
      "If you still need it, please log in once. Accounts that stay unused may be disabled or deleted.",
    ].join("\n"),
    unsubscribe: true,
  };
}
