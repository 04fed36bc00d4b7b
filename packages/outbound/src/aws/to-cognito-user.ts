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

/** Null where a field is missing, or is not of its kind, without which nothing may be concluded about the user. */
export function toCognitoUser(user: RawUser, attributes: readonly Attribute[] | undefined): CognitoUser | null {
  const { Username: username, Enabled: enabled, UserCreateDate: createdAt } = user;
  if (
    !isText(username) ||
    typeof enabled !== "boolean" ||
    !(createdAt instanceof Date) ||
    Number.isNaN(createdAt.getTime())
  )
    return null;
  const texts = new Map<string, string>();
  for (const name of ["sub", "email", "custom:platform"]) {
    const value = attributes?.find((attribute) => attribute.Name === name)?.Value ?? "";
    // Types say what was agreed; the SDK hands on what came.
    if (typeof value !== "string") return null;
    texts.set(name, value.trim());
  }
  const valueOf = (name: string) => texts.get(name) || null;
  return {
    username,
    sub: valueOf("sub"),
    email: valueOf("email"),
    platform: valueOf("custom:platform"),
    enabled,
    createdAt,
  };
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
