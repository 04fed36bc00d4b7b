import type { CognitoUser } from "./port.ts";

interface Attribute {
  readonly Name: string | undefined;
  readonly Value?: string | undefined;
}

interface RawUser {
  readonly Username?: string | undefined;
  readonly Enabled?: boolean | undefined;
  readonly UserCreateDate?: Date | undefined;
}

/** Null where a field is missing without which nothing may be concluded about the user. */
export function toCognitoUser(user: RawUser, attributes: readonly Attribute[] | undefined): CognitoUser | null {
  const { Username: username, Enabled: enabled, UserCreateDate: createdAt } = user;
  if (!username || enabled === undefined || !(createdAt instanceof Date) || Number.isNaN(createdAt.getTime()))
    return null;
  const valueOf = (name: string) => attributes?.find((attribute) => attribute.Name === name)?.Value?.trim() || null;
  return {
    username,
    sub: valueOf("sub"),
    email: valueOf("email"),
    platform: valueOf("custom:platform"),
    enabled,
    createdAt,
  };
}
