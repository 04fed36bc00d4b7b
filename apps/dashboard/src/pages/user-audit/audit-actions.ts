import type { Schemas } from "../../client/api.ts";
import type { Tone } from "../../parts/status.ts";

export type Finding = Schemas["UserAudit"];
export type Action = Finding["action"];

interface Choice {
  readonly action: Action;
  readonly key: string;
  readonly label: string;
  /** What it does to the user, for the preview. */
  readonly effect: string;
}

/** What can be chosen, by the key that chooses it. */
export const CHOICES: readonly Choice[] = [
  { key: "1", action: "DISABLE_IN_AWS", label: "Disable", effect: "cannot sign in any more; can be enabled again" },
  { key: "2", action: "ENABLE_IN_AWS", label: "Enable", effect: "can sign in again" },
  { key: "3", action: "REMINDER_SENT", label: "Remind", effect: "is written a mail about the missing login" },
  { key: "4", action: "DELETE_FROM_AWS", label: "Delete in AWS", effect: "is deleted in Cognito, for good" },
  {
    key: "5",
    action: "DELETE_FROM_DB",
    label: "Delete in DB",
    effect: "is deleted in the platform, for good",
  },
  {
    key: "6",
    action: "DELETE_FROM_AWS_AND_DB",
    label: "Delete in both",
    effect: "is deleted in Cognito and in the platform, for good",
  },
];

export const effectOf = (action: Action): string =>
  CHOICES.find((choice) => choice.action === action)?.effect ?? "nothing is done";

export const labelOf = (action: Action): string =>
  CHOICES.find((choice) => choice.action === action)?.label ?? "Nothing";

/** What a finding is, in the words of an operator. */
export const TYPE_WORDS: Readonly<Record<Finding["auditType"], string>> = {
  UserNoLongerInPlatform: "No longer in the platform",
  UserNotEnabledInAnyPlatform: "Enabled in no platform",
  UserNotLoggedInPlatform: "Has not signed in",
};

export const STATUS_TONES: Readonly<Record<Finding["actionStatus"], Tone>> = {
  NONE: "planned",
  PENDING: "planned",
  IN_PROGRESS: "running",
  DONE: "finished",
  REFUSED: "skipped",
  FAILED: "failed",
  UNKNOWN: "late",
};
