import { createToken, type Role } from "@drumline/engine";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type ApiProcesses, apiProcesses } from "../../test/api-process.ts";

describe("the queues job by job", () => {
  let apis: ApiProcesses;
  let address: string;
  const tokens = new Map<Role, string>();
  beforeAll(async () => {
    apis = await apiProcesses(process.env);
    ({ address } = await apis.start());
    for (const role of ["viewer", "operator", "admin"] as const)
      tokens.set(role, await createToken(apis.database.db, role, role));
  });
  afterAll(() => apis.close());

  const ask = (path: string, role: Role | null, method = "GET") =>
    fetch(`${address}${path}`, {
      method,
      headers: role === null ? {} : { authorization: `Bearer ${tokens.get(role)}` },
    });

  it.each(["/queues/board", "/queues/board/api/queues", "/queues/board/queue/oms"])(
    "are for admins alone at %s",
    async (path) => {
      const statuses = [];
      for (const role of [null, "viewer", "operator", "admin"] as const) statuses.push((await ask(path, role)).status);
      expect(statuses).toEqual([401, 403, 403, 200]);
    },
  );

  it("come with a policy that lets the page load its own files and nothing from elsewhere", async () => {
    const page = await ask("/queues/board", "admin");
    const policy = page.headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'");
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    const script = /src="(static\/js\/[^"]+)"/.exec(await page.text())?.[1];
    expect((await ask(`/queues/board/${script}`, "admin")).status).toBe(200);
    expect((await ask("/api/v1/queues", "admin")).headers.get("content-security-policy")).not.toContain(
      "unsafe-inline",
    );
  });

  it("let nothing be done with a job, by anybody", async () => {
    const { queues } = (await (await ask("/queues/board/api/queues", "admin")).json()) as {
      queues: { name: string; readOnlyMode: boolean }[];
    };
    expect(queues.map(({ name, readOnlyMode }) => [name, readOnlyMode])).toContainEqual(["oms", true]);
    for (const [method, path] of [
      ["PUT", "oms/pause"],
      ["PUT", "oms/retry/failed"],
      ["PUT", "oms/clean/completed"],
      ["POST", "oms/add"],
    ] as const)
      expect([path, (await ask(`/queues/board/api/queues/${path}`, "admin", method)).status]).toEqual([path, 405]);
  });
});
