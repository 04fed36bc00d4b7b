import { createHash } from "node:crypto";

import { z } from "zod";

import { AwsError, invalidParameter } from "../aws-error.ts";
import type { PoolUser, UserPool } from "./user-pool.ts";

export interface Pool {
  readonly id: string;
  readonly users: UserPool;
  readonly nowMs: () => number;
}

type Operation = (pool: Pool, input: Readonly<Record<string, unknown>>) => object;

const LIST_LIMIT = 60;
const attributes = z.array(z.object({ Name: z.string(), Value: z.string().optional() })).default([]);

const listUsers: Operation = (pool, input) => {
  const { Limit, PaginationToken, Filter, AttributesToGet } = read(
    z.object({
      Limit: z.int().min(0).max(LIST_LIMIT).default(LIST_LIMIT),
      PaginationToken: z.string().min(1).optional(),
      Filter: z.string().max(256).optional(),
      AttributesToGet: z.array(z.string()).optional(),
    }),
    input,
  );
  const { users, next } = pool.users.page(parseToken(pool, PaginationToken), Limit || LIST_LIMIT, parseFilter(Filter));
  return {
    Users: users.map((user) => {
      const { Attributes, ...rest } = toWire(user);
      const wanted = Attributes.filter(({ Name }) => AttributesToGet === undefined || AttributesToGet.includes(Name));
      return { ...rest, Attributes: wanted };
    }),
    ...(next === null ? {} : { PaginationToken: formatToken(pool, next) }),
  };
};

const adminGetUser: Operation = ({ users }, input) => {
  const { Attributes, ...user } = toWire(users.get(usernameOf(input)));
  return { ...user, UserAttributes: Attributes };
};

const setEnabled =
  (enabled: boolean): Operation =>
  ({ users, nowMs }, input) => {
    users.change(usernameOf(input), { enabled, modifiedAtMs: nowMs() });
    return {};
  };

const adminDeleteUser: Operation = ({ users }, input) => {
  users.remove(usernameOf(input));
  return {};
};

const adminCreateUser: Operation = ({ users, nowMs }, input) => {
  const username = usernameOf(input);
  const { UserAttributes } = read(z.object({ UserAttributes: attributes }), input);
  const valueOf = (name: string) => UserAttributes.find(({ Name }) => Name === name)?.Value ?? null;
  const sub = toSub(`${username} ${nowMs()} ${Math.random()}`);
  const dates = { createdAtMs: nowMs(), modifiedAtMs: nowMs() };
  const user = {
    username,
    sub,
    email: valueOf("email"),
    platform: valueOf("custom:platform"),
    enabled: true,
    ...dates,
  };
  users.add(user);
  return { User: toWire(user) };
};

const describeUserPool: Operation = ({ id, users }) => ({
  UserPool: { Id: id, Name: "sandbox", EstimatedNumberOfUsers: users.list().length },
});

/** What the stand-in knows of Cognito, by the name in X-Amz-Target. */
export const cognitoOperations: Readonly<Record<string, Operation>> = {
  ListUsers: listUsers,
  AdminGetUser: adminGetUser,
  AdminCreateUser: adminCreateUser,
  AdminDisableUser: setEnabled(false),
  AdminEnableUser: setEnabled(true),
  AdminDeleteUser: adminDeleteUser,
  DescribeUserPool: describeUserPool,
};

export function usernameOf(input: Readonly<Record<string, unknown>>): string {
  return read(z.object({ Username: z.string().min(1).max(128) }), input).Username;
}

/** A UUID that belongs to the name and no other. */
export function toSub(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}

function read<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw invalidParameter(`1 validation error detected: Value at '${path.join(".")}' failed: ${message}`);
}

/** Dates are seconds since 1970 in JSON 1.1. */
function toWire({ username, sub, email, platform, enabled, createdAtMs, modifiedAtMs }: PoolUser) {
  const pairs: [string, string | null][] = [
    ["sub", sub],
    ["email", email],
    ["custom:platform", platform],
  ];
  return {
    Username: username,
    Attributes: pairs.flatMap(([Name, Value]) => (Value === null ? [] : [{ Name, Value }])),
    Enabled: enabled,
    UserStatus: "CONFIRMED",
    UserCreateDate: createdAtMs / 1_000,
    UserLastModifiedDate: modifiedAtMs / 1_000,
  };
}

const formatToken = ({ id }: Pool, after: number) => Buffer.from(`${id} ${after}`).toString("base64url");

function parseToken({ id }: Pool, token: string | undefined): number {
  if (token === undefined) return 0;
  const [pool, after] = Buffer.from(token, "base64url").toString().split(" ");
  if (pool !== id || !/^\d+$/.test(after ?? ""))
    throw new AwsError("InvalidParameterException", "Invalid pagination token given.");
  return Number(after);
}

const FIELDS: Readonly<Record<string, (user: PoolUser) => string>> = {
  username: ({ username }) => username,
  sub: ({ sub }) => sub,
  email: ({ email }) => email ?? "",
  "cognito:user_status": () => "CONFIRMED",
  status: ({ enabled }) => (enabled ? "Enabled" : "Disabled"),
};

/** `email = "x"` or `email ^= "x"`, over standard attributes only: AWS cannot search a custom one. */
function parseFilter(filter: string | undefined): (user: PoolUser) => boolean {
  if (filter === undefined || filter === "") return () => true;
  const parsed = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(filter);
  if (parsed === null) throw invalidParameter("Error while parsing filter.");
  const [, name = "", operator, quoted = ""] = parsed;
  const fieldOf = FIELDS[name];
  if (fieldOf === undefined) throw invalidParameter(`Invalid search attribute: ${name}`);
  const wanted = quoted.replaceAll(/\\(.)/g, "$1");
  return operator === "=" ? (user) => fieldOf(user) === wanted : (user) => fieldOf(user).startsWith(wanted);
}
