import { createToken, issueToken, rotateToken, updateUser } from "@drumline/engine";
import { createFinding, untilTrue } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { askServer, ordinaryParts } from "../../test/api-under-test.ts";
import { SAME_ORIGIN, type SignInUnderTest, signInUnderTest } from "../../test/sign-in-under-test.ts";
import type { Api } from "../api.ts";
import { buildServer } from "../server.ts";

const PATH = "/api/v1/user-audits";

describe("the second person behind what disables and deletes users", () => {
  let api: SignInUnderTest;
  let without: Api;
  let ada: string;
  let otto: string;
  beforeAll(async () => {
    api = await signInUnderTest({ secondPerson: true });
    without = await buildServer({ ...ordinaryParts, ...api });
    ada = await api.cookieFor("ada");
    otto = await api.cookieFor("otto");
  });
  afterAll(async () => {
    await without.close();
    await api.close();
  });
  beforeEach(async () => {
    await api.db.$executeRaw`
      TRUNCATE user_audit, user_audit_change, state_transition_log, audit_event, run, run_log, bulk_action CASCADE`;
  });

  const putFinding = async (username: string, changes: object = {}): Promise<string> =>
    String(await createFinding(api.db, username, changes));
  /** As somebody who is signed in, by their cookie, or as the holder of a token. */
  const send = (who: string, method: string, path: string, body: object) =>
    who.includes("=")
      ? api.askWith(who, path, {
          method,
          headers: { "content-type": "application/json", ...SAME_ORIGIN },
          body: JSON.stringify(body),
        })
      : api.send(method, path, body, who);
  const decide = async (who: string, ids: string[], action = "DELETE_FROM_AWS") =>
    expect((await send(who, "PATCH", PATH, { ids, action })).json()).toMatchObject({ set: ids.length });
  const apply = (who: string, body: object = {}) => send(who, "POST", `${PATH}/apply`, body);
  const load = async (id: string) => (await api.ask(`${PATH}/${id}`)).json();
  const runs = () => api.db.run.count({ where: { task: "PerformUserAudit" } });

  it("is refused who decided, is told who else may, and another one is let, with both names in the audit", async () => {
    const ids = [await putFinding("ann"), await putFinding("ben")];
    await decide(ada, ids);
    expect(await load(ids[0]!)).toMatchObject({ awaitsConfirmation: true, confirmedBy: null });
    const own = await apply(ada);
    expect([own.status, own.json().code, own.headers["content-type"]]).toEqual([
      403,
      "OWN_DECISION",
      "application/problem+json; charset=utf-8",
    ]);
    expect(own.json().detail).toMatch(/2 decisions, such as that about finding \d+, yourself.* otto can apply it\./);
    expect([await runs(), (await load(ids[0]!)).confirmedBy]).toEqual([0, null]);
    const other = await apply(otto);
    expect([other.status, await runs()]).toEqual([202, 1]);
    expect(await load(ids[1]!)).toMatchObject({
      awaitsConfirmation: false,
      actionSetBy: "ada",
      confirmedBy: "otto",
      history: [
        { what: "CHOSEN", by: "ada" },
        { what: "CONFIRMED", by: "otto", action: "DELETE_FROM_AWS" },
      ],
    });
    const { items } = (await api.ask("/api/v1/audit-events?entityType=user_audit")).json();
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({
      actor: "otto",
      remoteAddr: expect.any(String),
      content: { action: "confirm", chosen: "DELETE_FROM_AWS", decidedBy: "ada", confirmedBy: "otto" },
    });
  });

  it("applies all that was looked at or nothing, and what takes nothing from anybody without a second person", async () => {
    const [mine, theirs, enabled] = [await putFinding("ann"), await putFinding("ben"), await putFinding("cleo")];
    await decide(ada, [mine]);
    await decide(otto, [theirs]);
    await decide(ada, [enabled], "ENABLE_IN_AWS");
    expect((await apply(ada)).json().code).toBe("OWN_DECISION");
    expect((await load(theirs)).confirmedBy).toBeNull();
    expect((await apply(ada, { ids: [theirs, enabled] })).status).toBe(202);
    expect([(await load(theirs)).confirmedBy, (await load(mine)).confirmedBy]).toEqual(["ada", null]);
    expect((await load(enabled)).awaitsConfirmation).toBe(false);
    expect((await apply(ada, { ids: [enabled] })).status).toBe(200);
  });

  it("is no token: neither one's own, nor one that somebody else has made", async () => {
    const context = { now: api.clock.now(), by: "ada" };
    const { secret } = await issueToken(api.db, { name: "of ada", role: "operator" }, context);
    const id = await putFinding("ann");
    await decide(ada, [id]);
    for (const token of [secret, await createToken(api.db, "of nobody", "admin")]) {
      const answer = await apply(token);
      expect([answer.status, answer.json().code]).toEqual([403, "NO_PERSON"]);
    }
    expect(await runs()).toBe(0);
  });

  it("is not whoever decided by a token of theirs, nor whoever gave that token another secret", async () => {
    const context = { now: api.clock.now(), by: "ada" };
    const { token, secret } = await issueToken(api.db, { name: "program of ada", role: "operator" }, context);
    const second = await issueToken(
      api.db,
      { name: "its own token", role: "operator" },
      { ...context, by: token.name },
    );
    const ids = [await putFinding("ann"), await putFinding("ben")];
    await decide(secret, [ids[0]!], "DISABLE_IN_AWS");
    await decide(second.secret, [ids[1]!]);
    for (const one of ids) expect((await apply(ada, { ids: [one] })).json().code).toBe("OWN_DECISION");
    await rotateToken(api.db, token.id, { oldForMs: 0 }, { ...context, by: "otto" });
    for (const one of ids) expect((await apply(otto, { ids: [one] })).json().code).toBe("OWN_DECISION");
    await api.makeUser("mia", "operator");
    expect((await apply(await api.cookieFor("mia"))).status).toBe(202);
  });

  it("cannot be told from whoever holds the token of the environment, which is said", async () => {
    const id = await putFinding("ann");
    expect((await api.send("PATCH", PATH, { ids: [id], action: "DELETE_FROM_DB" })).json().set).toBe(1);
    const answer = await apply(otto);
    expect([answer.status, answer.json().code]).toEqual([403, "UNKNOWN_DECIDER"]);
    expect(answer.json().detail).toMatch(/decide anew, signed in/);
  });

  it("is one of two who apply at once, and of two who decide and apply at once never the same", async () => {
    await api.makeUser("pia", "operator");
    const pia = await api.cookieFor("pia");
    const ids = [await putFinding("ann"), await putFinding("ben")];
    await decide(ada, ids);
    const answers = await Promise.all([apply(otto), apply(pia), apply(ada)]);
    expect(answers.map(({ status }) => status < 300)).toEqual([true, true, expect.any(Boolean)]);
    expect(["otto", "pia"]).toContain((await load(ids[0]!)).confirmedBy);
    for (let round = 0; round < 5; round += 1) {
      const id = await putFinding(`dora ${round}`);
      await decide(ada, [id]);
      await Promise.all([
        send(otto, "PATCH", PATH, { ids: [id], action: "DISABLE_IN_AWS" }),
        apply(otto, { ids: [id] }),
        apply(pia, { ids: [id] }),
      ]);
      const { actionSetBy, confirmedBy } = await load(id);
      expect(confirmedBy).not.toBe(actionSetBy);
    }
  });

  it("says no to what was decided anew since it was looked at", async () => {
    const id = await putFinding("ann");
    await decide(ada, [id]);
    const { version } = await load(id);
    await decide(ada, [id], "DISABLE_IN_AWS");
    const answer = await apply(otto, { ids: [id], versions: { [id]: version } });
    expect([answer.status, answer.json().code]).toEqual([409, "CHANGED"]);
    expect((await apply(otto)).status).toBe(202);
    await decide(ada, [id]);
    expect(await load(id)).toMatchObject({ confirmedBy: null, awaitsConfirmation: true });
  });

  it("is nobody who was removed in between, and who was removed has decided all the same", async () => {
    const [leaver, stayer] = [await api.makeUser("leaver", "operator"), await api.makeUser("stayer", "operator")];
    const cookies = [await api.cookieFor("leaver"), await api.cookieFor("stayer")] as const;
    const [first, second] = [await putFinding("ann"), await putFinding("ben")];
    await decide(ada, [first]);
    await decide(cookies[0], [second]);
    await updateUser(api.context(), leaver.id, { disabled: true });
    expect((await apply(cookies[0], { ids: [first] })).status).toBe(401);
    const own = await apply(ada, { ids: [first] });
    expect(own.json().detail).not.toContain("leaver");
    expect((await apply(cookies[1], { ids: [second] })).status).toBe(202);
    await updateUser(api.context(), stayer.id, { role: "viewer" });
    expect((await apply(cookies[1], { ids: [first] })).status).toBe(403);
  });

  it("confirms all that a filter has, of others alone, and is no token", async () => {
    const [mine, theirs] = [await putFinding("ann"), await putFinding("ben")];
    await decide(otto, [mine]);
    await decide(ada, [theirs]);
    const bulk = async (cookie: string) => {
      const body = { action: "user-audits.confirm", filter: { actionStatus: "PENDING" } };
      const started = await send(cookie, "POST", "/api/v1/bulk-actions", body);
      expect(started.status).toBe(202);
      const { id } = started.json();
      const hasEnded = async () => (await api.ask(`/api/v1/bulk-actions/${id}`)).json().finishedAt !== null;
      await untilTrue(hasEnded, { what: "the bulk action has ended" });
      const rows = (await api.ask(`/api/v1/bulk-actions/${id}/rows`)).json().items;
      return Object.fromEntries(
        rows.map(({ rowId, outcome, reason }: Record<string, string>) => [rowId, reason ?? outcome]),
      );
    };
    expect(await bulk(otto)).toEqual({ [mine]: "OWN_DECISION", [theirs]: "DONE" });
    expect(await load(theirs)).toMatchObject({ confirmedBy: "otto" });
    const refused = await api.send("POST", "/api/v1/bulk-actions", {
      action: "user-audits.confirm",
      filter: { actionStatus: "PENDING" },
    });
    expect([refused.status, refused.json().code]).toEqual([403, "NO_PERSON"]);
  });

  it("is asked for nowhere while the setting is off", async () => {
    const id = await putFinding("ann");
    await decide(ada, [id]);
    const answer = await askServer(without, `${PATH}/apply`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(answer.status).toBe(202);
    expect(await api.db.userAudit.findFirst()).toMatchObject({ confirmedBy: null });
  });
});
