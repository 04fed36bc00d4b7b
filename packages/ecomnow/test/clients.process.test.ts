import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "@jest/globals";

import { useClients } from "./clients-under-test.ts";

const CHILD = fileURLToPath(new URL("children/exchange-with-clients.ts", import.meta.url));

describe("an exchange that is killed with SIGKILL", () => {
  const clients = useClients();

  function attempt(runId: string): ChildProcess {
    const { store, server } = clients;
    return spawn(process.execPath, ["--import", "tsx", CHILD, store.url, server.host, runId], {
      stdio: ["ignore", "ignore", "inherit"],
    });
  }

  it("while its page is at the client sends that page again, under the same key, in the next attempt", async () => {
    await clients.addProducts(5);
    await clients.addClient("buyer", [{ entity: "STOCK", direction: "OUT", pageSize: 2 }]);
    const runId = randomUUID();
    const killed = attempt(runId);
    let pages = 0;
    clients.server.respond = (_request, response) => {
      pages += 1;
      // The second page has arrived; nobody hears of it.
      if (pages === 2) killed.kill("SIGKILL");
      else response.end("{}");
    };
    expect(await once(killed, "exit")).toEqual([null, "SIGKILL"]);
    expect((await clients.flow("buyer", "STOCK")).pendingPush).toContain("S2");
    await clients.store.db.ecomnowProduct.updateMany({ where: { sku: "S3" }, data: { quantity: 99 } });

    expect(await once(attempt(runId), "exit")).toEqual([0, null]);
    const asked = clients.asked("/buyer/stocks");
    expect(asked.map(({ records }) => records.map((record) => (record as { sku: string }).sku))).toEqual([
      ["S0", "S1"],
      ["S2", "S3"],
      ["S2", "S3"],
      ["S4"],
    ]);
    expect(asked[2]).toEqual(asked[1]);
    expect(new Set(asked.map(({ key }) => key)).size).toBe(3);
    expect(await clients.flow("buyer", "STOCK")).toMatchObject({ pendingPush: null, claimedBy: null });
  });

  it("while it reads a page reads that page again, and saves each record once", async () => {
    await clients.addClient("buyer", [{ entity: "ORDER", direction: "IN", pageSize: 1 }]);
    const runId = randomUUID();
    const killed = attempt(runId);
    const order = (no: number) => ({
      external_id: `A${no}`,
      currency: "EUR",
      paid_minor: 100,
      placed_at: "2026-11-20T10:00:00Z",
      lines: [{ sku: "S1", quantity: 1, price_minor: 100 }],
    });
    clients.server.respond = (request, response) => {
      const from = Number(new URL(request.url!, clients.server.url).searchParams.get("cursor") ?? 0);
      if (from === 2 && killed.exitCode === null && killed.signalCode === null) killed.kill("SIGKILL");
      else response.end(JSON.stringify({ records: [order(from)], next_cursor: String(from + 1), has_more: from < 3 }));
    };
    expect(await once(killed, "exit")).toEqual([null, "SIGKILL"]);
    expect(await clients.store.db.ecomnowOrder.count()).toBe(2);
    // The process cannot say so any more: its claim does.
    expect(await clients.flow("buyer")).toMatchObject({ consecutiveFailures: 1, claimedBy: runId });
    expect(await once(attempt(runId), "exit")).toEqual([0, null]);
    expect(await clients.flow("buyer")).toMatchObject({ consecutiveFailures: 0, claimedBy: null });
    expect(await clients.store.db.ecomnowOrder.count()).toBe(4);
    expect(clients.asked("/buyer/orders").map(({ query }) => query.get("cursor"))).toEqual([null, "1", "2", "2", "3"]);
  });

  it("by its answer, again and again, pauses the flow after five, and every other client is served", async () => {
    await clients.addClient("deadly", [{ entity: "ORDER", direction: "IN" }]);
    await clients.addClient("good", [{ entity: "ORDER", direction: "IN" }]);
    let running: ChildProcess | null = null;
    clients.server.respond = (request, response) => {
      if (request.url!.startsWith("/deadly")) running!.kill("SIGKILL");
      else response.end('{"records":[]}');
    };
    const runId = randomUUID();
    for (let death = 0; death < 5; death += 1) {
      running = attempt(runId);
      expect(await once(running, "exit")).toEqual([null, "SIGKILL"]);
    }
    expect(await once(attempt(runId), "exit")).toEqual([0, null]);
    expect(clients.asked("/deadly/orders")).toHaveLength(5);
    expect(await clients.flow("deadly")).toMatchObject({ pausedReason: expect.stringContaining("without an end") });
    expect(await clients.flow("good")).toMatchObject({ consecutiveFailures: 0, lastSuccessAt: expect.any(Date) });
  });
});
