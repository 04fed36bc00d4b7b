import { createServer } from "node:http";
import { type AddressInfo, isIP, type LookupFunction } from "node:net";

import { afterEach, describe, expect, it } from "@jest/globals";

import { forbiddenBecause } from "./address-policy.ts";
import { createGuardedLookup, ForbiddenTarget, parseTarget } from "./guarded-target.ts";
import { createWebhookClient, type WebhookClient } from "./webhook-client.ts";

describe("forbiddenBecause", () => {
  it.each([
    ["127.0.0.1", "loopback"],
    ["127.255.255.254", "loopback"],
    ["10.1.2.3", "private"],
    ["172.16.0.1", "private"],
    ["172.31.255.255", "private"],
    ["192.168.0.1", "private"],
    ["169.254.169.254", "link-local"],
    ["100.64.0.1", "carrier-grade NAT"],
    ["100.100.100.200", "carrier-grade NAT"],
    ["168.63.129.16", "cloud metadata"],
    ["192.0.0.192", "protocol assignments"],
    ["0.0.0.0", "this network"],
    ["224.0.0.1", "multicast"],
    ["239.255.255.250", "multicast"],
    ["255.255.255.255", "reserved"],
    ["198.18.0.1", "benchmarking"],
    ["203.0.113.9", "documentation"],
    ["::", "not global unicast"],
    ["::1", "not global unicast"],
    ["::127.0.0.1", "not global unicast"],
    ["fe80::1", "not global unicast"],
    ["fe80::1%eth0", "link-local"],
    ["fd00:ec2::254", "not global unicast"],
    ["fc00::1", "not global unicast"],
    ["ff02::1", "not global unicast"],
    ["::ffff:127.0.0.1", "loopback"],
    ["::ffff:a9fe:a9fe", "link-local"],
    ["::ffff:10.0.0.1", "private"],
    ["0:0:0:0:0:ffff:c0a8:1", "private"],
    ["::ffff:93.184.216.34", "IPv4 in IPv6"],
    ["64:ff9b::7f00:1", "loopback"],
    ["64:ff9b::169.254.169.254", "link-local"],
    ["64:ff9b:1::1", "not global unicast"],
    ["2002:7f00:1::", "6to4"],
    ["2001::1", "protocol assignments"],
    ["2001:db8::1", "documentation"],
    ["example.com", "not an IP address"],
  ])("%s: %s", (address, why) => {
    expect(forbiddenBecause(address)).toBe(why);
  });

  it.each([
    "93.184.216.34",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "169.253.0.1",
    "223.255.255.255",
    "2606:2800:220:1:248:1893:25c8:1946",
    "2a00:1450:4001:81b::200e",
    "64:ff9b::8.8.8.8",
  ])("%s is allowed", (address) => {
    expect(forbiddenBecause(address)).toBeNull();
  });
});

describe("parseTarget", () => {
  it.each([
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "javascript:alert(1)",
    "not a url",
    "http://user:pass@example.com/",
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://[::1]:8080/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:a9fe:a9fe]/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://１２７.０.０.１/",
  ])("refuses %s", (url) => {
    expect(() => parseTarget(url, { allowPrivate: false })).toThrow(ForbiddenTarget);
  });

  it.each(["https://example.com/hook?x=1", "http://example.com:8080/", "https://8.8.8.8/", "http://localhost/"])(
    "passes %s on to the resolver",
    (url) => {
      expect(parseTarget(url, { allowPrivate: false }).href).toBe(new URL(url).href);
    },
  );

  it("lets loopback pass where private targets are allowed, but no other scheme and no credentials", () => {
    expect(parseTarget("http://127.0.0.1:4010/hooks/a", { allowPrivate: true }).port).toBe("4010");
    expect(() => parseTarget("ftp://example.com/", { allowPrivate: true })).toThrow(ForbiddenTarget);
    expect(() => parseTarget("http://a:b@127.0.0.1/", { allowPrivate: true })).toThrow(ForbiddenTarget);
  });
});

/** A resolver that gives the next of these answers to each question. */
const resolverOf = (...answers: string[][]): LookupFunction => {
  let asked = 0;
  return (_host, options, callback) => {
    const found = answers[Math.min(asked, answers.length - 1)]!.map((address) => ({ address, family: isIP(address) }));
    asked += 1;
    if (options.all === true) callback(null, found);
    else callback(null, found[0]!.address, found[0]!.family);
  };
};

describe("the guarded lookup", () => {
  const ask = (lookup: LookupFunction, all: boolean): Promise<unknown> =>
    resolveBy(createGuardedLookup({ allowPrivate: false, lookup }), all);
  const resolveBy = (guarded: LookupFunction, all: boolean): Promise<unknown> =>
    new Promise((resolve, reject) =>
      guarded("example.test", { all }, (error, address, family) =>
        error === null ? resolve(all ? address : { address, family }) : reject(error),
      ),
    );

  it("judges a name anew for every connection, so that rebinding it to loopback gains nothing", async () => {
    const guarded = createGuardedLookup({ allowPrivate: false, lookup: resolverOf(["8.8.8.8"], ["127.0.0.1"]) });
    expect(await resolveBy(guarded, false)).toEqual({ address: "8.8.8.8", family: 4 });
    await expect(resolveBy(guarded, false)).rejects.toThrow("127.0.0.1 (loopback)");
  });

  it("answers with public addresses, one or all", async () => {
    const lookup = resolverOf(["8.8.8.8", "2606:4700::1111"]);
    expect(await ask(lookup, false)).toEqual({ address: "8.8.8.8", family: 4 });
    expect(await ask(lookup, true)).toEqual([
      { address: "8.8.8.8", family: 4 },
      { address: "2606:4700::1111", family: 6 },
    ]);
  });

  it.each([[["127.0.0.1"]], [["8.8.8.8", "10.0.0.1"]], [["::ffff:10.0.0.1"]], [["fd00:ec2::254"]], [[]]])(
    "refuses a name that resolves to %j",
    async (addresses) => {
      await expect(ask(resolverOf(addresses), true)).rejects.toThrow(ForbiddenTarget);
      await expect(ask(resolverOf(addresses), false)).rejects.toThrow(ForbiddenTarget);
    },
  );
});

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
    const named = clientWith({ lookup: resolverOf(["127.0.0.1"]) });
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
      error: expect.stringContaining("no answer within 100 ms"),
    });
    expect(await post(client, `http://127.0.0.1:${endless}/`)).toMatchObject({ status: 200 });
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
