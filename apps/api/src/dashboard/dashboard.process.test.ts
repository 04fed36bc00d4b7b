import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type ApiProcesses, apiProcesses } from "../../test/api-process.ts";
import { apiUnderTest } from "../../test/api-under-test.ts";
import { buildDashboard } from "../../test/build-dashboard.ts";
import { addDashboard } from "./dashboard.ts";

const ASSETS = fileURLToPath(new URL("../../../dashboard/dist/assets", import.meta.url));
const HTML = { accept: "text/html,application/xhtml+xml" };

describe("the dashboard's files", () => {
  let apis: ApiProcesses;
  let base = "";
  let script = "";
  beforeAll(async () => {
    buildDashboard();
    apis = await apiProcesses(process.env);
    base = (await apis.start()).address;
    script = readdirSync(ASSETS).find((name) => /^index-.*\.js$/.test(name))!;
  });
  afterAll(() => apis.close());

  it("let the page load its own files and nothing else, and ask anew each time", async () => {
    const { status, headers } = await fetch(base, { headers: HTML });
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-cache",
      "content-security-policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
      "x-content-type-options": "nosniff",
    });
    const again = await fetch(base, { headers: { ...HTML, "if-none-match": headers.get("etag")! } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  it("are kept for a year where their name has their content in it, and come packed", async () => {
    const { status, headers } = await fetch(`${base}/assets/${script}`, { headers: { "accept-encoding": "br" } });
    expect([status, headers.get("content-encoding")]).toEqual([200, "br"]);
    expect(headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(headers.get("content-type")).toMatch(/javascript/);
    expect((await fetch(`${base}/theme.js`)).headers.get("cache-control")).toBe("no-cache");
  });

  it.each([
    ["/runs", "./"],
    ["/runs/019a", "../"],
    ["/orders/1/attempts/2?x=/a/b", "../../../"],
  ])("are found from the page at %s", async (path, up) => {
    const html = await (await fetch(`${base}${path}`, { headers: HTML })).text();
    expect(html).toContain(`src="${up}assets/${script}"`);
  });

  it.each([
    ["an address of the api that is none", "/api/v1/nothing", HTML],
    ["a file that is not there", "/assets/index-2b.js", HTML],
    ["a file above the folder", "/assets/..%2findex.html", HTML],
    ["a program that asks for no page", "/runs", { accept: "application/json" }],
  ])("do not answer for %s", async (_what, path, headers) => {
    const response = await fetch(`${base}${path}`, { headers });
    const type = response.headers.get("content-type");
    expect([response.status, type]).toEqual([404, "application/problem+json; charset=utf-8"]);
  });

  it("say how to build them where they are missing, and the api works", async () => {
    const bare = await apiUnderTest();
    await addDashboard(bare.app, "/nowhere");
    const page = await bare.ask("/runs", { anonymous: true, headers: HTML });
    expect([page.status, page.body]).toEqual([200, expect.stringContaining("npm run build")]);
    expect((await bare.ask("/health/live", { anonymous: true })).status).toBe(200);
    await bare.close();
  });
});
