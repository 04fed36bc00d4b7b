import { randomUUID } from "node:crypto";

import { createToken } from "@drumline/engine";
import { openProblems } from "@drumline/problems";
import { createFinding } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest, askServer, ordinaryParts } from "../../test/api-under-test.ts";
import { insertRun } from "../../test/ledger-rows.ts";
import type { Api } from "../api.ts";
import { buildServer } from "../server.ts";

const ADDRESS = "grace.hopper@example.com";
const AT = new Date("2026-01-01T00:00:00Z");

describe("what is somebody's", () => {
  let api: ApiUnderTest;
  let open: Api;
  let viewer: string;
  let operator: string;
  let runId: string;
  beforeAll(async () => {
    api = await apiUnderTest();
    open = await buildServer({ ...ordinaryParts, ...api, viewersSeePeople: true });
    viewer = await createToken(api.db, "Vera", "viewer");
    operator = await createToken(api.db, "Olga", "operator");
    await api.db.mail.create({
      data: {
        id: randomUUID(),
        key: `digest/${ADDRESS}/1`,
        kind: "api-status",
        recipient: ADDRESS,
        subject: `For ${ADDRESS}`,
        textBody: "t",
        createdAt: AT,
        status: "UNKNOWN",
        error: `550 ${ADDRESS} unknown`,
      },
    });
    await createFinding(api.db, "ghopper", { email: ADDRESS });
    runId = await insertRun(api.db, { status: "FAILED", createdAt: api.clock.now() });
    await api.db.run.update({
      where: { id: runId },
      data: {
        args: { username: "ghopper", to: ADDRESS },
        error: `no such user: ${ADDRESS}`,
        problems: [{ recordId: "1", error: `${ADDRESS} bounced` }],
        logs: { create: { at: AT, level: "info", message: `asked ${ADDRESS}`, fields: { first_name: "Grace" } } },
      },
    });
    const kind = { context: "oms", name: "ORDER_HELD", severity: "WARNING", cure: "Look." } as const;
    const subject = { type: "order", key: "1" };
    await openProblems(api.db, [{ kind, subject, reason: `of ${ADDRESS}`, detail: { shipTo: { city: "Gouda" } } }], AT);
  });
  afterAll(async () => {
    await open.close();
    await api.close();
  });

  const read = async (path: string, token: string, app = api.app) =>
    askServer(app, path, { anonymous: true, headers: { authorization: `Bearer ${token}` } });
  const shows = (body: string) => /hopper|Grace|Gouda/.test(body);
  const paths = () => ["mails", "user-audits", "user-audits/1", `runs/${runId}`, "problems", "problems/1"];

  it("is hidden in lists as files too, by the names of their columns", async () => {
    for (const path of ["mails", "user-audits", "problems"]) {
      const [hidden, shown] = [
        await read(`/api/v1/${path}?format=csv`, viewer),
        await read(`/api/v1/${path}?format=csv`, operator),
      ];
      expect([path, hidden.status, shows(hidden.body)]).toEqual([path, 200, false]);
      expect([path, shows(shown.body)]).toEqual([path, true]);
    }
  });

  it("cannot be guessed by seeking runs for it", async () => {
    const sought = ["args=username=ghopper", `error=${ADDRESS}`, `q=${ADDRESS}`];
    for (const query of sought)
      for (const path of ["runs", "runs/count"]) {
        const refused = await read(`/api/v1/${path}?${query}`, viewer);
        expect([path, query, refused.status]).toEqual([path, query, 403]);
        expect((await read(`/api/v1/${path}?${query}`, operator)).status).toBe(200);
      }
    expect((await read("/api/v1/runs?error=no%20such", viewer)).status).toBe(200);
  });

  it("is hidden from viewers, and shown to operators", async () => {
    for (const path of paths()) {
      const [hidden, shown] = [await read(`/api/v1/${path}`, viewer), await read(`/api/v1/${path}`, operator)];
      expect([path, hidden.status, shows(hidden.body)]).toEqual([path, 200, false]);
      expect([path, shown.status, shows(shown.body)]).toEqual([path, 200, true]);
    }
    const [mail] = (await read("/api/v1/mails", viewer)).json().items;
    expect(mail).toMatchObject({
      key: "digest/[hidden]/1",
      recipient: "[hidden]",
      subject: "For [hidden]",
      createdAt: AT.toISOString(),
    });
    expect((await read(`/api/v1/runs/${runId}`, viewer)).json().args).toEqual({ username: "[hidden]", to: "[hidden]" });
  });

  it("stands in no answer to a viewer's GET of any route", async () => {
    const { paths: routes } = api.app.swagger() as { paths: Record<string, { get?: object }> };
    // The stream does not end, and names rows alone.
    const asked = Object.keys(routes).filter((route) => routes[route]!.get !== undefined && route !== "/api/v1/stream");
    expect(asked.length).toBeGreaterThan(80);
    for (const path of asked) {
      const answer = await read(path.replaceAll(/\{\w+\}/g, "1"), viewer);
      expect([path, answer.body.includes("hopper")]).toEqual([path, false]);
    }
  });

  it("cannot be guessed by a search", async () => {
    const path = "/api/v1/user-audits?q=ghop";
    expect((await read(path, viewer)).json()).toMatchObject({ status: 403, code: "HIDDEN_FROM_VIEWERS" });
    expect((await read(path, operator)).json().items).toHaveLength(1);
  });

  it("hides no label of a parcel behind an id", async () => {
    const path = "/api/v1/shop/parcels/1/label.pdf";
    expect((await read(path, viewer)).json()).toMatchObject({ status: 403, code: "HIDDEN_FROM_VIEWERS" });
    expect((await read(path, operator)).status).toBe(404);
  });

  it("is shown to viewers too where the setting says so", async () => {
    for (const path of paths())
      expect([path, shows((await read(`/api/v1/${path}`, viewer, open)).body)]).toEqual([path, true]);
    expect((await read("/api/v1/user-audits?q=ghop", viewer, open)).status).toBe(200);
  });
});
