import type { ValuesOf } from "@drumline/core/config";

/** Env keys of the user audit: AWS and mail. */
export const userAuditSettings = {} as const;

export type UserAuditSettings = ValuesOf<typeof userAuditSettings>;
