import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type ApiProcesses, apiProcesses } from "../test/api-process.ts";
import { buildDashboard } from "../test/build-dashboard.ts";

describe("the pages under a path that a proxy takes away", () => {
  let apis: ApiProcesses;
  let port = "";
  const proxy = createServer((incoming, outgoing) => {
    // The root of the host is somebody else's.
    if (!incoming.url!.startsWith("/ops/")) return void outgoing.writeHead(404).end("not ours");
    const { method, headers } = incoming;
    const path = incoming.url!.slice("/ops".length);
    const forwarded = request({ host: "127.0.0.1", port, path, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(forwarded);
  });
  let base = "";
  beforeAll(async () => {
    buildDashboard();
    apis = await apiProcesses(process.env);
    ({ port } = new URL((await apis.start()).address));
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/ops/`;
  });
  afterAll(async () => {
    proxy.close();
    await apis.close();
  });

  /** What becomes of every address in a text, read as the browser at `url` does. */
  const follow = async (url: string, text: string, pattern: RegExp) => {
    const found = [...text.matchAll(pattern)].map(([, address]) => address!).filter((to) => !to.startsWith("data:"));
    expect(found.length).toBeGreaterThan(0);
    return Promise.all(
      [...new Set(found)].map(async (to) => [to, (await fetch(new URL(to, url))).status !== 404] as const),
    );
  };

  it.each(["", "runs", "schedules/a-key", "sign-in?to=%2Fruns"])(
    "lead to the dashboard's files from /%s",
    async (path) => {
      const answer = await fetch(new URL(path, base), { headers: { accept: "text/html" } });
      expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
      const reached = await follow(answer.url, await answer.text(), /(?:href|src)="([^"]+)"/g);
      expect(reached.filter(([, isOurs]) => !isOurs)).toEqual([]);
      expect(reached.map(([to]) => new URL(to, answer.url).href)).toContain(`${base}theme.js`);
    },
  );

  it.each(["docs", "docs/", "docs/static/index.html"])("lead to the api from /%s", async (path) => {
    const answer = await fetch(new URL(path, base));
    expect([answer.status, answer.url]).toEqual([200, `${base}docs/`]);
    const reached = await follow(answer.url, await answer.text(), /(?:href|src)="([^"]+)"/g);
    expect(reached.filter(([, isOurs]) => !isOurs)).toEqual([]);
  });

  it("describe the api as lying beside the docs, wherever they are", async () => {
    const at = `${base}docs/json`;
    const { servers } = (await (await fetch(at)).json()) as { servers: { url: string }[] };
    expect(servers.map(({ url }) => new URL(url, at).href)).toEqual([base]);
  });

  it("load nothing from elsewhere, and ask for no HTTPS where there is none", async () => {
    const policy = (await fetch(`${base}docs/`)).headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/upgrade-insecure-requests|https:/);
  });
});
