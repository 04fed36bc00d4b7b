import { createServer } from "node:http";
import { type AddressInfo, isIP, type LookupFunction } from "node:net";

import { AddressRefused } from "@drumline/outbound/http";
import { afterEach, describe, expect, it } from "@jest/globals";

import { createWebhookClient, parseTarget, type WebhookClient } from "./webhook-client.ts";

describe("parseTarget", () => {
  it.each([
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "javascript:alert(1)",
    "not a url",
    "http://user:pass@example.com/",
    "http://a:b@127.0.0.1/",
  ])("refuses %s", (url) => {
    expect(() => parseTarget(url)).toThrow(AddressRefused);
  });

  it.each(["https://example.com/hook?x=1", "http://127.0.0.1:4010/hooks/a"])(
    "leaves the address of %s to the guard",
    (url) => {
      expect(parseTarget(url).href).toBe(url);
    },
  );
});

/** A resolver that knows one address for every name. */
const resolverOf =
  (address: string): LookupFunction =>
  (_host, options, callback) => {
    if (options.all === true) callback(null, [{ address, family: isIP(address) }]);
    else callback(null, address, isIP(address));
  };

describe("the webhook client", () => {
  const open: { close(): void }[] = [];
  afterEach(() => {
    for (const resource of open.splice(0)) resource.close();
  });

  const signal = new AbortController().signal;
  const clientWith = (options: Partial<Parameters<typeof createWebhookClient>[0]>): WebhookClient => {
    const client = createWebhookClient({ allowPrivate: false, timeoutMs: 2_000, maxPerHost: 4, ...options });
    open.push(client);
    return client;
  };
  const startReceiver = async (answer: Parameters<typeof createServer>[1]) => {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    open.push({ close: () => (server.closeAllConnections(), server.close()) });
    return (server.address() as AddressInfo).port;
  };
  const post = (client: WebhookClient, url: string) => client.post({ url, headers: { a: "b" }, body: "{}" }, signal);

  it("never connects to loopback, by whatever name", async () => {
    let requests = 0;
    const port = await startReceiver((_, response) => {
      requests += 1;
      response.end();
    });
    const named = clientWith({ lookup: resolverOf("127.0.0.1") });
    expect(await post(named, `http://rebind.test:${port}/`)).toMatchObject({
      status: null,
      error: expect.stringContaining("127.0.0.1 (loopback)"),
    });
    expect(await post(clientWith({}), `http://localhost:${port}/`)).toMatchObject({ status: null });
    expect(await post(clientWith({}), `http://127.0.0.1:${port}/`)).toMatchObject({ status: null });
    expect(requests).toBe(0);
  });

  it("posts where private targets are allowed, and reads status and the beginning of the answer", async () => {
    const port = await startReceiver((request, response) => {
      response.writeHead(202).end(`${request.method} ${request.headers["a"] as string} ${"x".repeat(10_000)}`);
    });
    const answer = await post(clientWith({ allowPrivate: true }), `http://127.0.0.1:${port}/`);
    expect(answer).toMatchObject({ status: 202, error: null, retryAfterMs: null });
    expect(answer.excerpt).toHaveLength(500);
    expect(answer.excerpt).toMatch(/^POST b x/);
  });

  it("follows no redirect", async () => {
    let requests = 0;
    const port = await startReceiver((_, response) => {
      requests += 1;
      response.writeHead(307, { location: "http://169.254.169.254/" }).end();
    });
    expect(await post(clientWith({ allowPrivate: true }), `http://127.0.0.1:${port}/`)).toMatchObject({ status: 307 });
    expect(requests).toBe(1);
  });

  it("gives up on a receiver that does not answer, or never ends its answer", async () => {
    const silent = await startReceiver(() => {});
    const endless = await startReceiver((_, response) => void response.writeHead(200).write("x"));
    const client = clientWith({ allowPrivate: true, timeoutMs: 100 });
    expect(await post(client, `http://127.0.0.1:${silent}/`)).toMatchObject({
      status: null,
      error: expect.stringContaining("did not answer within 100 ms"),
    });
    // Its first line must have time to arrive.
    const patient = clientWith({ allowPrivate: true, timeoutMs: 1_500 });
    expect(await post(patient, `http://127.0.0.1:${endless}/`)).toMatchObject({ status: 200 });
  });

  it("asks a host no more at once than allowed", async () => {
    let running = 0;
    let most = 0;
    const port = await startReceiver((_, response) => {
      running += 1;
      most = Math.max(most, running);
      setTimeout(() => {
        running -= 1;
        response.end();
      }, 10);
    });
    const client = clientWith({ allowPrivate: true, maxPerHost: 3 });
    const answers = await Promise.all(Array.from({ length: 12 }, () => post(client, `http://127.0.0.1:${port}/`)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(most).toBe(3);
  });

  it("reads Retry-After, and throws nothing but the signal's reason", async () => {
    const port = await startReceiver((_, response) => response.writeHead(429, { "retry-after": "7" }).end());
    const client = clientWith({ allowPrivate: true });
    expect(await post(client, `http://127.0.0.1:${port}/`)).toMatchObject({ status: 429, retryAfterMs: 7_000 });
    expect(await post(client, "http://127.0.0.1:1/")).toMatchObject({ status: null });
    const aborted = client.post(
      { url: `http://127.0.0.1:${port}/`, headers: {}, body: "" },
      AbortSignal.abort(new Error("stop")),
    );
    await expect(aborted).rejects.toThrow("stop");
  });
});
