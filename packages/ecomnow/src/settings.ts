import type { ValuesOf } from "@drumline/core/config";

import { dataSettings } from "./data-settings.ts";
import { userAuditSettings } from "./user-audit/settings.ts";

/** Env keys of eComNow's handlers, for the worker's config. The fallbacks fit the sandbox of `npm start`. */
export const ecomnowSettings = { ...userAuditSettings, ...dataSettings } as const;

export type EcomnowSettings = ValuesOf<typeof ecomnowSettings>;
