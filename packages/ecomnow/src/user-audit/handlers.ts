import { identifyUsers } from "./identify-users.ts";
import { performUserAudit } from "./perform/perform-user-audit.ts";

/** The four tasks of the user audit, by wire name. */
export const userAuditHandlers = {
  UserNoLongerInPlatform: identifyUsers("UserNoLongerInPlatform"),
  UserNotEnabledInAnyPlatform: identifyUsers("UserNotEnabledInAnyPlatform"),
  UserNotLoggedInPlatform: identifyUsers("UserNotLoggedInPlatform"),
  PerformUserAudit: performUserAudit,
};
