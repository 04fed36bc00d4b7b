import type { CognitoGateway, CognitoUser } from "@drumline/outbound/aws";
import type { Mailer, MailMessage } from "@drumline/outbound/mail";

import type { EcomnowSettings } from "../src/settings.ts";

/** What the tasks of the user audit need of the outside. */
export interface AuditGateways {
  readonly cognito: CognitoGateway;
  readonly mailer: Mailer;
  readonly settings: Pick<EcomnowSettings, "userAuditMaxLossPercent" | "userAuditSecondPerson">;
}

export interface FakeAws {
  /** By name. */
  readonly users: Map<string, CognitoUser>;
  /** What was done, as `disable ann` or `mail ann@example.com`: effects, not calls. */
  readonly effects: string[];
  readonly mails: MailMessage[];
  /** Thrown by the next calls it returns an error for; it sees `list`, `get ann`, `delete ann`, `mail ann@example.com`. */
  fault: ((call: string) => Error | null) | null;
  put(username: string, facts?: Partial<CognitoUser>): CognitoUser;
  /** As it was when it was made. */
  clear(): void;
  gateways(settings?: Partial<AuditGateways["settings"]>): AuditGateways;
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
    clear: () => {
      fake.users.clear();
      fake.effects.length = 0;
      fake.mails.length = 0;
      fake.fault = null;
    },
    gateways: (settings = {}) => ({
      cognito,
      mailer,
      settings: { userAuditMaxLossPercent: 100, userAuditSecondPerson: false, ...settings },
    }),
  };
  return fake;
}
