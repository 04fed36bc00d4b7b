import { invalidParameter } from "../aws-error.ts";
import type { PoolUser } from "./user-pool.ts";

const FIELDS: Readonly<Record<string, (user: PoolUser) => string>> = {
  username: ({ username }) => username,
  sub: ({ sub }) => sub,
  email: ({ email }) => email ?? "",
  "cognito:user_status": () => "CONFIRMED",
  status: ({ enabled }) => (enabled ? "Enabled" : "Disabled"),
};

/** `email = "x"` or `email ^= "x"`, over standard attributes only: AWS cannot search a custom one. */
export function parseFilter(filter: string | undefined): (user: PoolUser) => boolean {
  if (filter === undefined || filter === "") return () => true;
  const parsed = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(filter);
  if (parsed === null) throw invalidParameter("Error while parsing filter.");
  const [, name = "", operator, quoted = ""] = parsed;
  const read = FIELDS[name];
  if (read === undefined) throw invalidParameter(`Invalid search attribute: ${name}`);
  const wanted = quoted.replaceAll(/\\(.)/g, "$1");
  return operator === "=" ? (user) => read(user) === wanted : (user) => read(user).startsWith(wanted);
}
