import { z } from "zod";

export const auditSearch = z.object({
  auditType: z
    .enum(["UserNoLongerInPlatform", "UserNotEnabledInAnyPlatform", "UserNotLoggedInPlatform"])
    .optional()
    .catch(undefined),
  platform: z.string().optional(),
  q: z.string().optional(),
});
