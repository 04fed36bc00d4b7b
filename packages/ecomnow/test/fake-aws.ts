import type { CognitoGateway, CognitoUser } from "@drumline/outbound/aws";
import type { Mailer, MailMessage } from "@drumline/outbound/mail";

import type { UserAuditGateways } from "../src/user-audit/gateways.ts";

export interface FakeAws {
  /** By name. */
  readonly users: Map<string, CognitoUser>;
  /** What was done, as `disable ann` or `mail ann@example.com`: effects, not calls. */
  readonly effects: string[];
  readonly mails: MailMessage[];
  /** Thrown by the next calls it returns an error for; it sees `list`, `get ann`, `delete ann`, `mail ann@example.com`. */
  fault: ((call: string) => Error | null) | null;
  put(username: string, facts?: Partial<CognitoUser>): CognitoUser;
  gateways(tuning?: Partial<UserAuditGateways["tuning"]>): UserAuditGateways;
}

const PAGE = 3;

/** A pool and a mailbox in memory: what changes in them is what an action did in effect. */
export function fakeAws(): FakeAws {
  let lastSub = 0;
  const call = (what: string) => {
    const error = fake.fault?.(what) ?? null;
    if (error !== null) throw error;
  };
  const change = (verb: string, username: string, act: (user: CognitoUser) => boolean): "done" | "gone" => {
    call(`${verb} ${username}`);
    const user = fake.users.get(username);
    if (user === undefined) return "gone";
    if (act(user)) fake.effects.push(`${verb} ${username}`);
    return "done";
  };
  const setEnabled = (enabled: boolean) => (user: CognitoUser) => {
    fake.users.set(user.username, { ...user, enabled });
    return user.enabled !== enabled;
  };
  const cognito: CognitoGateway = {
    async *listUsers() {
      const all = [...fake.users.values()];
      for (let start = 0; start === 0 || start < all.length; start += PAGE) {
        call("list");
        yield all.slice(start, start + PAGE);
      }
    },
    getUser: async (username) => {
      call(`get ${username}`);
      return fake.users.get(username) ?? null;
    },
    disableUser: async (username) => change("disable", username, setEnabled(false)),
    enableUser: async (username) => change("enable", username, setEnabled(true)),
    deleteUser: async (username) => change("delete", username, () => fake.users.delete(username)),
  };
  const mailer: Mailer = {
    send: async (message) => {
      call(`mail ${message.to[0]}`);
      fake.mails.push(message);
      fake.effects.push(`mail ${message.to[0]}`);
      return `message-${fake.mails.length}`;
    },
  };
  const fake: FakeAws = {
    users: new Map(),
    effects: [],
    mails: [],
    fault: null,
    put: (username, facts = {}) => {
      const user = {
        username,
        sub: `sub-${(lastSub += 1)}`,
        email: `${username}@example.com`,
        platform: "EU",
        enabled: true,
        createdAt: new Date("2024-01-01T00:00:00Z"),
        ...facts,
      };
      fake.users.set(username, user);
      return user;
    },
    gateways: (tuning = {}) => ({ cognito, mailer, tuning: { maxLossPercent: 100, ...tuning } }),
  };
  return fake;
}
