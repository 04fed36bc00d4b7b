import { createTransport, OutboundError } from "@drumline/outbound/http";
import { createSecretBox } from "@drumline/outbound/secrets";
import { HOSTILE, patienceMs, type RawServer, startRawServer } from "@drumline/testing";
import { afterEach, describe, expect, it } from "@jest/globals";

import type { WatchedApi } from "../src/api-status/api-status.sql.ts";
import { probeApi } from "../src/api-status/probe-api.ts";
import { createRefundChannel } from "../src/gateways/refund-channel.ts";
import type { DueUpdate } from "../src/orders/refund-update.sql.ts";

const { signal } = new AbortController();
const update = { id: "u1", refund: "R1", order: "O1", version: 1, amountMinor: 1n, status: "OPEN" } as DueUpdate;
const api = { name: "shop", method: "GET", headers: {}, body: null, expectedStatus: 200 };

let server: RawServer;
const transport = createTransport();
afterEach(async () => {
  transport.close();
  await server.close();
});

describe.each(Object.entries(HOSTILE))("after %s", (_what, { answer, ends }) => {
  const timeoutMs = patienceMs(ends);

  it("a refund is not taken for accepted", async () => {
    server = await startRawServer(answer);
    const channel = createRefundChannel(transport, {
      url: server.url,
      token: "key",
      longestSilenceMs: 1_000,
      timeoutMs,
    });
    const ended = await channel.send(update, signal).catch((thrown: unknown) => thrown);
    if (!(ended instanceof OutboundError)) expect(ended).toMatchObject({ kind: "retry" });
  });

  it("a watched API is not taken for one that is up", async () => {
    server = await startRawServer(answer);
    const watched = { ...api, bodyMatch: "all is well", url: server.url, timeoutMs } as unknown as WatchedApi;
    const probe = await probeApi({ http: transport, secrets: createSecretBox({ current: null }, {}), signal }, watched);
    expect(probe).toMatchObject({ isOk: false, error: expect.any(String) });
  });
});
