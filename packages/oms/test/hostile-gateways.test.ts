import { HOSTILE, patienceMs, type RawServer, startRawServer } from "@drumline/testing";
import { OutboundError } from "@drumline/outbound/http";
import { afterEach, describe, expect, it } from "@jest/globals";

import { createInventoryGateway } from "../src/gateways/inventory/http.ts";
import { createOmnitronGateway } from "../src/gateways/omnitron/http.ts";
import { createCarrierGateway } from "@drumline/outbound/carriers";
import type { ParcelAnnouncement } from "@drumline/outbound/carriers";

const signal = new AbortController().signal;
const start = { modifiedDate: "2020-01-01T00:00:00Z", pk: 0 };
const once = (timeoutMs: number) => ({ timeoutMs, retries: 0 });
const omnitron = (url: string, timeoutMs: number) => createOmnitronGateway({ url, token: "key" }, once(timeoutMs));
const carriers = (url: string, timeoutMs: number) => {
  const accessOf = () => ({ url, user: "u", password: "p" });
  return createCarrierGateway({ accessOf, maxConcurrent: 4, perSecond: 100 }, once(timeoutMs));
};

const CALLS: Readonly<Record<string, (url: string, timeoutMs: number) => Promise<unknown>>> = {
  "Omnitron's orders": (url, timeoutMs) => omnitron(url, timeoutMs).readOrders(start, 10, signal),
  "Omnitron's cancellation plans": (url, timeoutMs) =>
    omnitron(url, timeoutMs).readCancellationPlans(start, 10, signal),
  "Omnitron's stock locations": (url, timeoutMs) => omnitron(url, timeoutMs).readStockLocations(0, 10, signal),
  "what Omnitron is told": (url, timeoutMs) => omnitron(url, timeoutMs).tell("/told", {}, "event-1", signal),
  "the inventory engine's stock": (url, timeoutMs) =>
    createInventoryGateway({ url, token: "key" }, once(timeoutMs)).queryStock(["a"], signal),
  "a carrier's tracking": (url, timeoutMs) => carriers(url, timeoutMs).track("jadlog", "T1", signal),
  "a carrier's announcement": (url, timeoutMs) =>
    carriers(url, timeoutMs).announce({ carrierCode: "jadlog", shipmentId: "s1" } as ParcelAnnouncement, signal),
  "a carrier's calling back": (url, timeoutMs) => carriers(url, timeoutMs).callBack("jadlog", "T1", signal),
};

describe.each(Object.entries(CALLS))("%s", (_call, call) => {
  let server: RawServer;
  afterEach(() => server.close());

  it.each(Object.entries(HOSTILE))("end as an outside system's error after %s", async (_what, { answer, ends }) => {
    server = await startRawServer(answer);
    await expect(call(server.url, patienceMs(ends))).rejects.toBeInstanceOf(OutboundError);
  });
});
