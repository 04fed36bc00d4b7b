import { ROLES, SIGN_IN_METHODS } from "@drumline/engine";
import { z } from "zod";

import { instant, versionSchema } from "../http/wire.ts";

/** As it is typed; what it must fulfil is checked where one is chosen. */
export const passwordSchema = z.string().min(1).max(1_000);

export const newPasswordSchema = passwordSchema.describe("12 to 200 characters, and without the user's name.");

export const userSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    role: z.enum(ROLES),
    hasPassword: z.boolean().describe("Without one, the user signs in by links, or at a provider."),
    issuer: z.string().nullable().describe("The provider that vouches for them; null of who was made here."),
    disabledAt: instant.nullable(),
    lastSignInAt: instant.nullable(),
    version: z.int(),
    createdAt: instant,
  })
  .meta({ id: "User" });

const fields = {
  email: z.string().max(254).nullable().describe("For people to reach each other; nothing is sent to it."),
  role: z.enum(ROLES),
} as const;

export const newUserSchema = z
  .strictObject({
    name: z.string().min(1).max(80).describe("What they sign in with; stands in the audit and does not change."),
    email: fields.email.optional(),
    role: fields.role.default("viewer"),
    password: newPasswordSchema.optional(),
  })
  .meta({ id: "NewUser" });

export const userPatchSchema = z
  .strictObject({
    email: fields.email.optional(),
    role: fields.role.optional(),
    disabled: z.boolean().optional().describe("True ends their sessions and links at once."),
    password: newPasswordSchema
      .optional()
      .describe("Ends their sessions; better give them a link, to choose their own."),
    version: versionSchema.optional().describe("The version the change is meant for."),
  })
  .meta({ id: "UserPatch" });

export const sessionSchema = z
  .object({
    id: z.string(),
    userId: z.string(),
    name: z.string(),
    method: z.enum(SIGN_IN_METHODS),
    createdAt: instant,
    lastSeenAt: instant,
    expiresAt: instant.describe("Earlier, where nobody is seen for twelve hours."),
    remoteAddr: z.string().nullable(),
    userAgent: z.string().nullable(),
    isCurrent: z.boolean(),
  })
  .meta({ id: "Session" });
