import { HOSTILE, patienceMs, plain, type RawAnswer, type RawServer, startRawServer } from "@drumline/testing";
import { afterEach, describe, expect, it } from "@jest/globals";

import { createWebhookClient } from "./webhook-client.ts";

const TIMEOUT_MS = 20_000;
const { signal } = new AbortController();
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function serve(answer: RawAnswer): Promise<RawServer> {
  const server = await startRawServer(answer);
  closing.push(server.close);
  return server;
}

describe("a webhook's receiver", () => {
  it("has taken it when it says so, whatever its body is packed in", async () => {
    for (const encoding of ["zstd", "gzip", "br"]) {
      const { url } = await serve(plain("fine", [`content-encoding: ${encoding}`]));
      const client = createWebhookClient({ allowPrivate: true, timeoutMs: TIMEOUT_MS, maxPerHost: 1 });
      closing.push(client.close);
      for (let attempt = 0; attempt < 3; attempt += 1)
        expect(await client.post({ url, headers: {}, body: "{}" }, signal)).toMatchObject({ status: 200, error: null });
    }
  });

  it.each(Object.entries(HOSTILE))("does no harm with %s", async (_what, { answer, ends }) => {
    const { url } = await serve(answer);
    const client = createWebhookClient({ allowPrivate: true, timeoutMs: patienceMs(ends), maxPerHost: 1 });
    closing.push(client.close);
    const ended = await client.post({ url, headers: {}, body: "{}" }, signal);
    expect((ended.status === null) === (ended.error !== null)).toBe(true);
    expect((ended.excerpt ?? "").length).toBeLessThanOrEqual(1_000);
  });
});
