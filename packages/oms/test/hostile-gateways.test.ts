import { HOSTILE, type RawServer, startRawServer } from "@drumline/testing";
import { OutboundError } from "@drumline/outbound/http";
import { afterEach, describe, expect, it } from "@jest/globals";

import { createInventoryGateway } from "../src/inventory/http.ts";
import { createOmnitronGateway } from "../src/omnitron/http.ts";
import { createCarrierGateway } from "../src/shipments/http.ts";
import type { ParcelAnnouncement } from "../src/shipments/port.ts";

const HTTP = { timeoutMs: 300, retries: 0 };
const signal = new AbortController().signal;
const start = { modifiedDate: "2020-01-01T00:00:00Z", pk: 0 };
const omnitron = (url: string) => createOmnitronGateway({ url, token: "key" }, HTTP);
const carriers = (url: string) => {
  const accessOf = () => ({ url, user: "u", password: "p" });
  return createCarrierGateway({ accessOf, maxConcurrent: 4, perSecond: 100 }, HTTP);
};

const CALLS: Readonly<Record<string, (url: string) => Promise<unknown>>> = {
  "Omnitron's orders": (url) => omnitron(url).readOrders(start, 10, signal),
  "Omnitron's cancellation plans": (url) => omnitron(url).readCancellationPlans(start, 10, signal),
  "Omnitron's stock locations": (url) => omnitron(url).readStockLocations(0, 10, signal),
  "what Omnitron is told": (url) => omnitron(url).tell("/told", {}, "event-1", signal),
  "the inventory engine's stock": (url) => createInventoryGateway({ url, token: "key" }, HTTP).askStock(["a"], signal),
  "a carrier's tracking": (url) => carriers(url).track("jadlog", "T1", signal),
  "a carrier's announcement": (url) =>
    carriers(url).announce({ carrierCode: "jadlog", shipmentId: "s1" } as ParcelAnnouncement, signal),
  "a carrier's calling back": (url) => carriers(url).callBack("jadlog", "T1", signal),
};

describe.each(Object.entries(CALLS))("%s", (_call, call) => {
  let server: RawServer;
  afterEach(() => server.close());

  it.each(Object.entries(HOSTILE))("end as an outside system's error after %s", async (_what, { answer }) => {
    server = await startRawServer(answer);
    await expect(call(server.url)).rejects.toBeInstanceOf(OutboundError);
  });
});
