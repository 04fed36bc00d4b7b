import { describe, expect, it } from "@jest/globals";

import { omnitron, useSandbox } from "../../test/use-sandbox.ts";

const ORDERS = "/api/i1/orders/updates";
const { send, call } = useSandbox();

describe("faults on the wire", () => {
  const withFault = (fields: object) => call("PUT", "/_sandbox/faults", [{ match: "/api/i1/orders", ...fields }]);
  const fetchOrders = () => send("GET", ORDERS, undefined, omnitron);

  it("answer a status with Retry-After, as often as told", async () => {
    await withFault({ kind: "status", status: 429, retryAfterSeconds: 3, times: 1 });
    const struck = await fetchOrders();
    expect([struck.status, struck.headers.get("retry-after")]).toEqual([429, "3"]);
    expect((await fetchOrders()).status).toBe(200);
  });

  it("reset the connection", async () => {
    await withFault({ kind: "reset", times: 1 });
    const failure: unknown = await fetchOrders().catch((error: unknown) => error);
    expect((failure as { cause?: { code?: string } }).cause?.code).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
  });

  it("are slow", async () => {
    await withFault({ kind: "slow", delayMs: 150 });
    const started = performance.now();
    expect((await fetchOrders()).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(140);
  });

  it("let a client that lost patience go", async () => {
    await withFault({ kind: "slow", delayMs: 600_000 });
    const attempt = send("GET", ORDERS, undefined, omnitron, AbortSignal.timeout(50));
    await expect(attempt).rejects.toThrow(/timeout/);
  });

  it("promise more than they send", async () => {
    await withFault({ kind: "truncate" });
    const response = await fetchOrders();
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow("terminated");
  });

  it("answer a web page, cut JSON, or records with wrong fields", async () => {
    await withFault({ kind: "garbage", as: "html" });
    const page = await fetchOrders();
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    await withFault({ kind: "garbage", as: "cut-json" });
    await expect((await fetchOrders()).json()).rejects.toThrow(/JSON/);
    await withFault({ kind: "garbage" });
    const spoiled = await (await fetchOrders()).text();
    await call("DELETE", "/_sandbox/faults");
    expect(spoiled).not.toBe(await (await fetchOrders()).text());
  });

  it("leave a page for people readable under garbage", async () => {
    await call("PUT", "/_sandbox/faults", [{ match: "/", kind: "garbage" }]);
    expect(await (await send("GET", "/")).text()).toContain("Drumline sandbox");
  });

  it("say what is wrong with a switch, and leave the earlier ones on", async () => {
    await withFault({ kind: "reset" });
    const response = await send("PUT", "/_sandbox/faults", [{ match: "/", kind: "explode" }]);
    expect(response.status).toBe(400);
    expect(await call("GET", "/_sandbox/faults")).toEqual([expect.objectContaining({ timesLeft: null })]);
  });
});
