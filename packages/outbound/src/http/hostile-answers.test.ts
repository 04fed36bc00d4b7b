import { getEventListeners } from "node:events";

import { HOSTILE, PACKED, patienceMs, plain, untilTrue } from "@drumline/testing";
import { afterEach, describe, expect, it } from "@jest/globals";

import { openRawOutside, TIMEOUT_MS } from "../../test/raw-outside.ts";
import { Unavailable, UnusableAnswer } from "./errors.ts";
import { parseAnswer } from "./read-text.ts";
import { type HttpRequest, siteOf } from "./transport.ts";

const outside = openRawOutside();
afterEach(outside.close);

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
  "a gateway's GET": (url, timeoutMs = TIMEOUT_MS) => outside.client(url, { timeoutMs }).get("/orders", {}),
  "a gateway's POST under a key": (url, timeoutMs = TIMEOUT_MS) =>
    outside.client(url, { timeoutMs }).postOnce("/told", {}, "key-1"),
  "an address from a table, read whole": (url, timeoutMs) => {
    const transport = outside.transport();
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
    const { url } = await outside.serve(answer);
    const error = await call(url, patienceMs(ends)).then(
      (value) => Promise.reject(new Error(`took it for an answer: ${JSON.stringify(value)}`)),
      (thrown: Error) => thrown,
    );
    expect(error).toBeInstanceOf(CLASS[ends]);
    expect(error.message).not.toContain("secret");
    expect(error.message.length).toBeLessThan(1_000);
  });

  it.each(Object.entries(PACKED))("unpacks %s", async (_what, answer) => {
    const { url } = await outside.serve(answer);
    expect(await call(url)).toEqual({ fine: true });
  });
});

describe("a stream", () => {
  const readAll = async (url: string, maxBytes: number, timeoutMs = TIMEOUT_MS): Promise<number> => {
    const transport = outside.transport();
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
    const { url } = await outside.serve(answer);
    await expect(readAll(url, 1024 * 1024, patienceMs(ends))).rejects.toBeInstanceOf(CLASS[ends]);
  });

  it("takes as long as it takes while bytes come", async () => {
    const { url } = await outside.serve((socket) => {
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
    const { url } = await outside.serve((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n");
      const timer = setInterval(() => socket.write("x"), 20);
      socket.on("close", () => clearInterval(timer));
    });
    await expect(readAll(url, 1_000_000, 100)).rejects.toThrow(/sent \d+ bytes in \d+ ms in the middle of its answer/);
  });

  it("does not take its reader's pauses for the other side's silence", async () => {
    const { url } = await outside.serve(plain("x".repeat(200_000)));
    const transport = outside.transport();
    const { chunks } = await transport.open({ ...requestOf(url), timeoutMs: 100 });
    let bytes = 0;
    for await (const chunk of chunks) {
      if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 250));
      bytes += chunk.length;
    }
    expect(bytes).toBe(200_000);
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
      const { url } = await outside.serve(answer);
      const run = new AbortController();
      const transport = outside.transport();
      const request = { ...requestOf(url, patienceMs(ends)), signal: run.signal };
      await transport.ask(request).catch(() => {});
      const opened = await transport.open(request).catch(() => null);
      await firstOf(opened?.chunks ?? []).catch(() => {});
      await untilTrue(() => getEventListeners(run.signal, "abort").length === 0, { what: "nobody listens any more" });
    },
  );
});
