import { getEventListeners } from "node:events";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

import { manualClock } from "@drumline/core/clock";
import {
  HOSTILE,
  PACKED,
  patienceMs,
  plain,
  type RawAnswer,
  type RawServer,
  startRawServer,
  untilTrue,
} from "@drumline/testing";
import { afterEach, describe, expect, it } from "@jest/globals";

import { createAddressGuard } from "./address-guard.ts";
import { createWebhookClient } from "@drumline/events/webhooks";
import { RateLimited, Unavailable, UnusableAnswer } from "./errors.ts";
import { createHttpClient, type HttpClientOptions } from "./http-client.ts";
import { parseAnswer } from "./read-text.ts";
import { createTransport, type HttpRequest, siteOf } from "./transport.ts";

const TIMEOUT_MS = 20_000;
const NOW = new Date("2026-11-20T12:00:00Z");
const servers: RawServer[] = [];
const closing: (() => void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  for (const server of servers.splice(0)) await server.close();
});

async function serve(answer: RawAnswer): Promise<RawServer> {
  const server = await startRawServer(answer);
  servers.push(server);
  return server;
}

function clientOf(baseUrl: string, options: Partial<HttpClientOptions> = {}) {
  const transport = createTransport();
  closing.push(transport.close);
  return createHttpClient({
    name: "Omnitron",
    baseUrl,
    headers: {},
    credentialsCure: "Set OMNITRON_TOKEN.",
    timeoutMs: TIMEOUT_MS,
    retries: 0,
    clock: manualClock(NOW),
    transport,
    ...options,
  });
}

const signal = new AbortController().signal;
const requestOf = (url: string, timeoutMs = TIMEOUT_MS): HttpRequest => ({
  system: "feed of acme",
  method: "GET",
  url: `${url}/feed?key=secret`,
  headers: {},
  timeoutMs,
  signal,
});

/** Everything that calls an outside system. */
const CALLERS: Readonly<Record<string, (url: string, timeoutMs?: number) => Promise<unknown>>> = {
  "a gateway's GET": (url, timeoutMs = TIMEOUT_MS) => clientOf(url, { timeoutMs }).get("/orders", {}),
  "a gateway's POST under a key": (url, timeoutMs = TIMEOUT_MS) =>
    clientOf(url, { timeoutMs }).postOnce("/told", {}, "key-1"),
  "an address from a table, read whole": (url, timeoutMs) => {
    const transport = createTransport();
    closing.push(transport.close);
    const request = requestOf(url, timeoutMs);
    return transport.ask(request, {
      read: (answer) => {
        if (answer.status !== 200) throw new UnusableAnswer(siteOf(request), `answered ${answer.status}`);
        return parseAnswer(siteOf(request), answer);
      },
    });
  },
};

const CLASS = { unusable: UnusableAnswer, unavailable: Unavailable };

describe.each(Object.entries(CALLERS))("%s", (_caller, call) => {
  it.each(Object.entries(HOSTILE))("says what is wrong with %s", async (_what, { answer, ends }) => {
    const { url } = await serve(answer);
    const error = await call(url, patienceMs(ends)).then(
      (value) => Promise.reject(new Error(`took it for an answer: ${JSON.stringify(value)}`)),
      (thrown: Error) => thrown,
    );
    expect(error).toBeInstanceOf(CLASS[ends]);
    expect(error.message).not.toContain("secret");
    expect(error.message.length).toBeLessThan(1_000);
  });

  it.each(Object.entries(PACKED))("unpacks %s", async (_what, answer) => {
    const { url } = await serve(answer);
    expect(await call(url)).toEqual({ fine: true });
  });
});

describe("a stream", () => {
  const readAll = async (url: string, maxBytes: number, timeoutMs = TIMEOUT_MS): Promise<number> => {
    const transport = createTransport();
    closing.push(transport.close);
    const { chunks } = await transport.open(requestOf(url, timeoutMs), { maxBytes });
    let bytes = 0;
    for await (const chunk of chunks) bytes += chunk.length;
    return bytes;
  };

  const OF_THE_WIRE = Object.entries(HOSTILE).filter(([what]) =>
    /bomb|gzip|deflate|encoding|shorter|lengths|letters|chunks|endless|header|protocol|reset|hang-up|silence/.test(
      what,
    ),
  );
  it.each(OF_THE_WIRE)("says what is wrong with %s", async (_what, { answer, ends }) => {
    const { url } = await serve(answer);
    await expect(readAll(url, 1024 * 1024, patienceMs(ends))).rejects.toBeInstanceOf(CLASS[ends]);
  });

  it("takes as long as it takes while bytes come", async () => {
    const { url } = await serve((socket) => {
      let left = 5;
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n");
      const timer = setInterval(() => {
        socket.write("x");
        if ((left -= 1) === 0) clearInterval(timer);
      }, 100);
    });
    expect(await readAll(url, 5, 400)).toBe(5);
  });

  it("ends when no more than a byte comes now and then", async () => {
    const { url } = await serve((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n");
      const timer = setInterval(() => socket.write("x"), 20);
      socket.on("close", () => clearInterval(timer));
    });
    await expect(readAll(url, 1_000_000, 100)).rejects.toThrow(/sent \d+ bytes in \d+ ms in the middle of its answer/);
  });

  it("does not take its reader's pauses for the other side's silence", async () => {
    const { url } = await serve(plain("x".repeat(200_000)));
    const transport = createTransport();
    closing.push(transport.close);
    const { chunks } = await transport.open({ ...requestOf(url), timeoutMs: 100 });
    let bytes = 0;
    for await (const chunk of chunks) {
      if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 250));
      bytes += chunk.length;
    }
    expect(bytes).toBe(200_000);
  });
});

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

describe("the charset", () => {
  const withType =
    (type: string, body: Buffer): RawAnswer =>
    (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.write(body);
    };
  it.each([
    ["application/json; charset=iso-8859-1", Buffer.from('"caf\u00e9"', "latin1"), "café"],
    ["application/json;charset=UTF-8", Buffer.from('"café"'), "café"],
    ['application/json; charset="utf-16le"', Buffer.from('"café"', "utf16le"), "café"],
    ["application/json", Buffer.from('\ufeff"café"'), "café"],
  ])("of %s is read", async (type, body, text) => {
    const { url } = await serve(withType(type, body));
    expect(await clientOf(url).get("/", {})).toBe(text);
  });
});

describe("Retry-After", () => {
  const silenced = async (status: string, headers: string[]) => {
    const { url } = await serve(plain("", headers, status));
    return await clientOf(url)
      .get("/", {})
      .catch((thrown: unknown) => thrown);
  };
  const HOUR_MS = 3_600_000;
  const forms: [string, string[], number | null][] = [
    ["seconds", ["retry-after: 900"], 900_000],
    ["a date", ["retry-after: Fri, 20 Nov 2026 12:15:00 GMT"], 900_000],
    ["an old date", ["retry-after: Friday, 20-Nov-26 12:15:00 GMT"], 900_000],
    ["a date of C", ["retry-after: Fri Nov 20 12:15:00 2026"], 900_000],
    ["nought", ["retry-after: 0"], 1_000],
    ["a date that is past", ["retry-after: Fri, 20 Nov 2020 12:00:00 GMT"], 1_000],
    ["a date far away", ["retry-after: Fri, 31 Dec 9999 23:59:59 GMT"], HOUR_MS],
    ["99999999999", ["retry-after: 99999999999"], HOUR_MS],
    ["20 digits", ["retry-after: 99999999999999999999"], HOUR_MS],
    ["400 digits", [`retry-after: ${"9".repeat(400)}`], HOUR_MS],
    ["two of them", ["retry-after: 900", "retry-after: 7"], 900_000],
    ["1e20", ["retry-after: 1e20"], null],
    ["a negative number", ["retry-after: -5"], null],
    ["a date of its own kind", ["retry-after: 2026-11-20T12:15:00Z"], null],
    ["a word", ["retry-after: tomorrow"], null],
    ["nothing", [], null],
  ];

  it.each(forms)("of %s is waited for after a 429", async (_what, headers, delayMs) => {
    const error = await silenced("429 Too Many Requests", headers);
    expect(error).toBeInstanceOf(RateLimited);
    expect(error).toMatchObject({ retryAfterMs: delayMs ?? 30_000 });
  });

  it.each(forms)("of %s is waited for after a 503, which without one is a failure", async (_what, headers, delayMs) => {
    const error = await silenced("503 Service Unavailable", headers);
    if (delayMs === null) expect(error).toBeInstanceOf(Unavailable);
    else expect(error).toMatchObject({ retryAfterMs: delayMs, code: "RATE_LIMITED" });
  });

  it("says until when, and what was asked for where that is more than is granted", async () => {
    expect(await silenced("429 Too Many Requests", ["retry-after: 900"])).toMatchObject({
      message: expect.stringContaining("asked for silence until 2026-11-20T12:15:00.000Z (it answered 429)."),
    });
    expect(await silenced("503 Down", ["retry-after: 99999999999"])).toMatchObject({
      message: expect.stringContaining(
        "until 2026-11-20T13:00:00.000Z (it answered 503; it asked for 99999999999 s, capped at 3600 s).",
      ),
    });
  });
});

const firstOf = async (chunks: AsyncIterable<Uint8Array> | []): Promise<Uint8Array | null> => {
  for await (const chunk of chunks) return chunk;
  return null;
};

describe("a call that is over", () => {
  it.each(Object.entries(HOSTILE))(
    "leaves no listener on the run's signal after %s",
    async (_what, { answer, ends }) => {
      const { url } = await serve(answer);
      const run = new AbortController();
      const transport = createTransport();
      closing.push(transport.close);
      const request = { ...requestOf(url, patienceMs(ends)), signal: run.signal };
      await transport.ask(request).catch(() => {});
      const opened = await transport.open(request).catch(() => null);
      await firstOf(opened?.chunks ?? []).catch(() => {});
      await untilTrue(() => getEventListeners(run.signal, "abort").length === 0, { what: "nobody listens any more" });
    },
  );
});

describe("connections", () => {
  it("are kept and used again", async () => {
    const server = await serve(plain('{"fine":true}'));
    const client = clientOf(server.url);
    for (let call = 0; call < 20; call += 1) await client.get("/", {});
    expect([server.requests(), server.connections()]).toEqual([20, 1]);
  });

  it("that were closed meanwhile are no failure", async () => {
    const server = await serve((socket) => {
      plain('{"fine":true}')(socket);
      socket.once("data", () => socket.destroy());
    });
    const client = clientOf(server.url);
    for (let call = 0; call < 4; call += 1) expect(await client.get("/", {})).toEqual({ fine: true });
  });

  it("are given up when the name is not resolved in time", async () => {
    const transport = createTransport({
      guard: createAddressGuard({ allowed: [], cure: "", lookup: () => {} }),
    });
    closing.push(transport.close);
    await expect(transport.ask({ ...requestOf("http://silent.test"), timeoutMs: 100 })).rejects.toThrow(
      /could not be connected to within 100 ms|did not answer within 100 ms/,
    );
  });

  it("are not made where the certificate is not trusted", async () => {
    const server = createTlsServer({ key: KEY, cert: CERTIFICATE }, (_, response) => void response.end("{}"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => void server.close());
    const call = clientOf(`https://127.0.0.1:${(server.address() as AddressInfo).port}`).get("/", {});
    await expect(call).rejects.toThrow(/could not be reached \(.*self.signed certificate/);
  });
});

// Made for this test alone, for localhost, and trusted by nobody.
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg3wlEhGm7F+Qf2B4u
dMKMd9ze91bwDMgjpQomDTQxuaOhRANCAARiIZawpqHfPWBBD2y7deJ/rp9G2Si6
qIqzrVCeLYvoR3wUZG4053E2Nohkv/2xEJ1kgYU0XdDI2d2+4C2jrb1y
-----END PRIVATE KEY-----`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUIFhDZSa/cyxPp5Zr7BGoVyBCVqAwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTIwMDkyNVoYDzIxMjYxMTAx
MjAwOTI1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARiIZawpqHfPWBBD2y7deJ/rp9G2Si6qIqzrVCeLYvoR3wUZG4053E2
Nohkv/2xEJ1kgYU0XdDI2d2+4C2jrb1yo28wbTAdBgNVHQ4EFgQUEgpBsx2tk6jt
GLPaVcSN6X8WJLAwHwYDVR0jBBgwFoAUEgpBsx2tk6jtGLPaVcSN6X8WJLAwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhAN5H0b+HVmMhuy1FUbU8G9GJcrRvYn4NuVyoq783m0jOAiEA
yH9qwm95WiLc+PKTz2GRZOf7BWH3s912ZW/1D35yl+4=
-----END CERTIFICATE-----`;
