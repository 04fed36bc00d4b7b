import { z } from "zod";

import { jsonReply, parseInput, type Route } from "../http/index.ts";
import type { AwsState } from "./aws-state.ts";
import { awsFaultSchema } from "./aws-faults.ts";
import { toSub } from "./cognito/operations.ts";
import { mailboxRoutes } from "./ses/mailbox-routes.ts";

const poolChange = z.union([
  z.strictObject({ seeded: z.int().min(0).max(1_000_000) }),
  z.strictObject({
    users: z.array(
      z.strictObject({
        username: z.string().min(1),
        sub: z.string().optional(),
        email: z.string().nullable().default(null),
        platform: z.string().nullable().default(null),
        enabled: z.boolean().default(true),
        createdAt: z.iso.datetime({ offset: true }).default("2026-01-01T00:00:00Z"),
      }),
    ),
  }),
]);

/** How tests and demonstrations look into AWS and steer it. */
export function awsControlRoutes(state: AwsState): Route[] {
  const { pool, mailbox, faults, calls } = state;
  return [
    ...mailboxRoutes(mailbox),
    {
      method: "GET",
      path: "/_sandbox/mailbox",
      about: "The mail that went out, as JSON; ?to= for one address",
      auth: null,
      handle: ({ query }) =>
        jsonReply(mailbox.list().filter(({ to }) => query["to"] === undefined || to.includes(query["to"]))),
    },
    {
      method: "DELETE",
      path: "/_sandbox/mailbox",
      about: "Empties the mailbox",
      auth: null,
      handle: () => {
        mailbox.clear();
        return jsonReply([]);
      },
    },
    {
      method: "GET",
      path: "/_sandbox/cognito/users",
      about: "Every user of the pool",
      auth: null,
      handle: () => jsonReply(pool.users.list()),
    },
    {
      method: "PUT",
      path: "/_sandbox/cognito/users",
      about:
        'Puts other users into the pool: { "seeded": how many } or { "users": [{ username, email, platform, … }] }',
      auth: null,
      handle: ({ body }) => {
        const change = parseInput(poolChange, body, "the body");
        if ("seeded" in change) state.seed(change.seeded);
        else
          pool.users.replaceAll(
            change.users.map(({ createdAt, sub, ...user }) => {
              const createdAtMs = Date.parse(createdAt);
              return { ...user, sub: sub ?? toSub(user.username), createdAtMs, modifiedAtMs: createdAtMs };
            }),
          );
        return jsonReply({ users: pool.users.list().length });
      },
    },
    {
      method: "GET",
      path: "/_sandbox/platform-users",
      about: "What the platforms know of the seeded users: rows for platform_user",
      auth: null,
      handle: () => jsonReply(state.platformUsers()),
    },
    {
      method: "PUT",
      path: "/_sandbox/aws/faults",
      about:
        'AWS misbehaves: [{ "operation", "code"? (none: it hangs), "status"?, "when"?: before|after, "skip"?, "times"? }]',
      auth: null,
      handle: ({ body }) => {
        const wanted = parseInput(z.array(awsFaultSchema), body, "the body");
        faults.set(wanted);
        return jsonReply(wanted);
      },
    },
    {
      method: "GET",
      path: "/_sandbox/aws/calls",
      about: "What was asked of AWS and done",
      auth: null,
      handle: () => jsonReply(calls.list()),
    },
    {
      method: "DELETE",
      path: "/_sandbox/aws/calls",
      about: "Forgets what was asked of AWS",
      auth: null,
      handle: () => {
        calls.clear();
        return jsonReply([]);
      },
    },
  ];
}
