import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { AuthenticationRefused, Unavailable, UnusableAnswer } from "../http/index.ts";
import { type Sandbox, startSandbox } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { createCarrierGateway } from "./carrier-gateway.ts";
import type { CarrierGateway, ParcelAnnouncement } from "./port.ts";

const { signal } = new AbortController();

let sandbox: Sandbox;
let carriers: CarrierGateway;

beforeAll(async () => {
  sandbox = await startSandbox({ env: { SANDBOX_TOKEN: "key", SANDBOX_SPEED: "0.000001" } });
  carriers = gatewayWith("key");
});
afterAll(async () => {
  await sandbox.close();
});
beforeEach(async () => {
  await sandbox.setFaults([]);
  await showTime("2025-01-08T12:00:00Z");
});

const gatewayWith = (password: string) =>
  createCarrierGateway(
    { accessOf: (user) => ({ url: sandbox.url, user, password }), maxConcurrent: 50, perSecond: 100_000 },
    { wait: async () => {}, timeoutMs: 2_000 },
  );

async function showTime(virtualNow: string): Promise<void> {
  await fetch(`${sandbox.url}/_sandbox/clock`, { method: "PUT", body: JSON.stringify({ virtualNow, speed: 0 }) });
}

async function deliveredOrder(): Promise<string> {
  const answer = await (await fetch(`${sandbox.url}/_sandbox/outcomes`)).json();
  const { results } = answer as { results: { number: string; status: string }[] };
  return results.find(({ status }) => status === "delivered")!.number;
}

const parcel = async (shipmentId: string): Promise<ParcelAnnouncement> => ({
  carrierCode: "Total Express",
  shipmentId,
  orderNumber: await deliveredOrder(),
  type: "CUSTOMER",
  originId: "seller-001",
  destination: { city: "sao paulo", district: null },
  products: [{ sku: "SKU-1", quantity: 2 }],
});

describe("announcing a parcel", () => {
  it("makes one parcel of two attempts, when the carrier's answer to the first is lost", async () => {
    const parcels = new Map<string, string>();
    const keys: unknown[] = [];
    // A carrier that knows a repetition by its key alone.
    const server = createServer((request, response) => {
      const key = String(request.headers["idempotency-key"]);
      keys.push(key);
      const isNew = !parcels.has(key);
      if (isNew) parcels.set(key, `T${parcels.size + 1}`);
      if (isNew) request.socket.destroy();
      else response.end(JSON.stringify({ trackingNumber: parcels.get(key), awbNumber: null, labelUrl: null }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const forgetful = createCarrierGateway(
      { accessOf: (user) => ({ url, user, password: "key" }), maxConcurrent: 1, perSecond: 100 },
      { wait: async () => {} },
    );
    expect(await forgetful.announce(await parcel("s-lost"), signal)).toMatchObject({ trackingNumber: "T1" });
    expect([keys, parcels.size]).toEqual([["s-lost", "s-lost"], 1]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it("makes one parcel at the sandbox too, when half of its answer is lost", async () => {
    await sandbox.setFaults([{ match: "/api/v1/carriers", kind: "truncate", times: 1 }]);
    const announced = await carriers.announce(await parcel("s-half"), signal);
    expect(await carriers.announce(await parcel("s-half"), signal)).toEqual(announced);
  });
});

describe("the carrier gateway and the sandbox", () => {
  it("agree on announcing a parcel, once per shipment id", async () => {
    const first = await carriers.announce(await parcel("s1"), signal);
    expect(first).toEqual({
      trackingNumber: expect.stringMatching(/^TOTAL-EXPRESS-/),
      awbNumber: expect.any(String),
      labelUrl: expect.stringContaining("https://"),
    });
    expect(await carriers.announce(await parcel("s1"), signal)).toEqual(first);
  });

  it("agree on where a parcel is, and on its history", async () => {
    const { trackingNumber } = await carriers.announce(await parcel("s2"), signal);
    expect(await carriers.track("Total Express", trackingNumber, signal)).toMatchObject({
      status: "CREATED",
      events: [{ status: "CREATED", occurredAt: new Date("2025-01-08T12:00:00Z"), location: "sender" }],
    });
    await showTime("2025-03-08T12:00:00Z");
    const tracking = await carriers.track("Total Express", trackingNumber, signal);
    expect(tracking.status).toBe("DELIVERED");
    expect(tracking.events.at(-1)).toMatchObject({ status: "DELIVERED" });
  });

  it("agree on calling a parcel back, and on when it is too late", async () => {
    const early = await carriers.announce(await parcel("s3"), signal);
    expect(await carriers.callBack("Total Express", early.trackingNumber, signal)).toBe("DELETED");
    expect(await carriers.callBack("Total Express", early.trackingNumber, signal)).toBe("DELETED");
    const late = await carriers.announce(await parcel("s4"), signal);
    await showTime("2025-03-08T12:00:00Z");
    expect(await carriers.callBack("Total Express", late.trackingNumber, signal)).toBe("DELIVERED");
  });

  it("disagree in words a person can act on", async () => {
    await expect(gatewayWith("wrong").track("correios", "X", signal)).rejects.toThrow(AuthenticationRefused);
    await expect(gatewayWith("wrong").track("correios", "X", signal)).rejects.toThrow(/into CARRIERS/);
    await expect(carriers.track("correios", "CORREIOS-X", signal)).rejects.toMatchObject({ status: 404 });
    await expect(carriers.announce({ ...(await parcel("s5")), orderNumber: "none" }, signal)).rejects.toThrow(
      UnusableAnswer,
    );
  });

  it.each([
    ["answers 500 for good", [{ match: "/api/v1/carriers", kind: "status", status: 500 }], Unavailable],
    ["resets for good", [{ match: "/api/v1/carriers", kind: "reset" }], Unavailable],
    ["answers half", [{ match: "/api/v1/carriers", kind: "truncate" }], UnusableAnswer],
    ["answers a web page", [{ match: "/api/v1/carriers", kind: "garbage", as: "html" }], UnusableAnswer],
    [
      "answers events of the wrong kind",
      [{ match: "/api/v1/carriers", kind: "garbage", as: "records" }],
      UnusableAnswer,
    ],
  ] as const)("throw when the carrier %s", async (_, faults, expected) => {
    const { trackingNumber } = await carriers.announce(await parcel("s6"), signal);
    await sandbox.setFaults(faults);
    await expect(gatewayWith("key").track("Total Express", trackingNumber, signal)).rejects.toThrow(expected);
  });

  it("get over a failure that passes", async () => {
    const { trackingNumber } = await carriers.announce(await parcel("s7"), signal);
    await sandbox.setFaults([{ match: "/api/v1/carriers", kind: "reset", times: 1 }]);
    expect(await carriers.track("Total Express", trackingNumber, signal)).toMatchObject({ status: "CREATED" });
  });
});
