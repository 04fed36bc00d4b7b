import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "@jest/globals";

import { createCarrierGateway } from "./carrier-gateway.ts";
import { parsePostnlStatus } from "./parse-postnl-status.ts";

const FOLDER = fileURLToPath(
  new URL("../../../../../shared/data/payloads/postnl/tests/Resources/responses/rest/shippingstatus/", import.meta.url),
);
const areThere = existsSync(FOLDER);
if (!areThere) process.stderr.write(`skipped: PostNL's answers are not at ${FOLDER}\n`);
const bodyOf = (file: string): unknown =>
  JSON.parse(readFileSync(`${FOLDER}${file}.http`, "utf8").split(/\r?\n\r?\n/)[1]!);

(areThere ? describe : describe.skip)("PostNL's published answers", () => {
  it("of a complete status are read with what came before, oldest first, without what means nothing", () => {
    const { status, events } = parsePostnlStatus(bodyOf("completestatus"), "3SDEVC123456789");
    expect(status).toBe("SHIPPING");
    expect(events.at(-1)).toEqual({
      // Winter time in the Netherlands.
      occurredAt: new Date("2018-03-07T22:20:05Z"),
      status: "SHIPPING",
      location: null,
      description: "Zending in ontvangst genomen",
    });
    expect(events[0]!.status).toBe("CREATED");
    expect(events.map(({ occurredAt }) => occurredAt)).toEqual(
      events.map(({ occurredAt }) => occurredAt).toSorted((one, other) => one.getTime() - other.getTime()),
    );
    expect(events.some(({ description }) => description === "Niet van toepassing")).toBe(false);
  });

  it("of which a list of one is its element are read the same", () => {
    expect(parsePostnlStatus(bodyOf("completestatus2"), "3SDEVC123456789")).toMatchObject({
      status: "SHIPPING",
      events: [{ status: "SHIPPING", occurredAt: new Date("2018-03-07T22:20:05Z") }],
    });
  });

  it.each([
    ["currentstatus", "3SDEVC302392342", "SHIPPING", "2018-03-07T22:20:05.000Z"],
    ["currentstatus3", "3SABCD987040009", "DELIVERED", "2021-02-26T11:54:08.000Z"],
  ])("of the current status (%s) say where it is", (file, barcode, status, at) => {
    const tracking = parsePostnlStatus(bodyOf(file), barcode);
    expect([tracking.status, tracking.events.map(({ occurredAt }) => occurredAt.toISOString())]).toEqual([
      status,
      [at],
    ]);
  });

  it("of no shipment, or of another one, say that it has not come yet", () => {
    const unknown = { status: "CREATED", events: [] };
    expect(parsePostnlStatus(bodyOf("nocurrentshipments"), "3SDEVC302392342")).toEqual(unknown);
    expect(parsePostnlStatus(bodyOf("currentstatus"), "3SDEVC000000000")).toEqual(unknown);
  });
});

describe("a carrier that speaks PostNL's API", () => {
  it("is asked by its key where a parcel is, and for nothing else", async () => {
    const asked: unknown[] = [];
    const server = createServer(({ method, url, headers }, response) => {
      asked.push([method, url, headers["apikey"], headers["authorization"]]);
      response.end(JSON.stringify({ CurrentStatus: {}, Warnings: [{ Message: "No shipment found", Code: "2" }] }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const access = { url, user: "", password: "key", speaks: "postnl" as const };
      const carriers = createCarrierGateway({ accessOf: () => access, maxConcurrent: 1, perSecond: 100 });
      const { signal } = new AbortController();
      expect(await carriers.track("postnl", "3S1", signal)).toEqual({ status: "CREATED", events: [] });
      const order = { carrierCode: "postnl", reference: "r", weightGrams: 1, from: {}, to: {} };
      await expect(carriers.buyLabel(order, signal)).rejects.toThrow("sells nothing");
      await expect(carriers.voidLabel("postnl", "L", signal)).rejects.toThrow("sells nothing");
      expect(asked).toEqual([["GET", "/shipment/v2/status/barcode/3S1?detail=true", "key", undefined]]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe("an answer that is like PostNL's", () => {
  const status = (more: object = {}) => ({
    TimeStamp: "2026-07-01T12:00:00",
    StatusCode: "11",
    PhaseCode: "4",
    ...more,
  });
  const answer = (Status: unknown, OldStatus: unknown = {}) => ({
    CurrentStatus: { Shipment: { Barcode: "3s1", Status, OldStatus } },
  });

  it("is read with nothing in the place of a status, by summer time, and with a phase that nobody knows", () => {
    expect(parsePostnlStatus(answer({}), "3S1")).toEqual({ status: "CREATED", events: [] });
    expect(parsePostnlStatus(answer(status()), "3S1").events[0]!.occurredAt).toEqual(new Date("2026-07-01T10:00:00Z"));
    const known = parsePostnlStatus(answer(status({ PhaseCode: "7" }), status({ PhaseCode: "3" })), "3S1");
    expect(known).toMatchObject({ status: "SHIPPING", events: [{ status: "SHIPPING" }] });
    expect(parsePostnlStatus(answer(status({ TimeStamp: "31-02-2026 99:00:00" })), "3S1")).toEqual({
      status: "DELIVERED",
      events: [],
    });
  });

  it.each([
    null,
    [],
    {},
    { CurrentStatus: 7 },
    { CurrentStatus: { Shipment: "x" } },
    answer(status({ StatusCode: "\0" })),
  ])("is refused where it is none: %j", (wrong) => {
    expect(() => parsePostnlStatus(wrong, "3S1")).toThrow();
  });
});
