import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, it } from "@jest/globals";

import { manualClock } from "@drumline/core/clock";
import { Cancel, Snooze } from "@drumline/core/task";

import { AuthenticationRefused, RateLimited, Unavailable, UnusableAnswer } from "./errors.ts";
import { createHttpClient, type HttpClientOptions } from "./http-client.ts";
import { toOutcome } from "./outcome.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Answers the n-th request with the n-th listener, and every further one with the last. */
async function serve(...answers: RequestListener[]): Promise<{ url: string; requests: () => number }> {
  let requests = 0;
  const server = createServer((request, response) => {
    const answer = answers[Math.min(requests, answers.length - 1)]!;
    requests += 1;
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests: () => requests };
}

const answering =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    void response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
const fine = answering(200, '{"fine":true}');
const reset: RequestListener = (request) => void request.socket.destroy();
const silent: RequestListener = () => {};
const brokenOff: RequestListener = (request, response) => {
  response.writeHead(200, { "content-length": "1000" });
  response.write('{"results":[{"pk":', () => request.socket.destroy());
};

function clientOf(baseUrl: string, options: Partial<HttpClientOptions> = {}) {
  const waits: number[] = [];
  const clock = manualClock(new Date("2026-11-20T12:00:00Z"));
  const client = createHttpClient({
    name: "Omnitron",
    baseUrl,
    headers: { authorization: "Token secret-key" },
    credentialsCure: "Set OMNITRON_TOKEN to a key it knows.",
    clock,
    random: () => 0.5,
    wait: async (delayMs) => void waits.push(delayMs),
    ...options,
  });
  return { client, waits, clock };
}

const caught = async (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => Promise.reject(new Error("expected a rejection")),
    (error: Error) => error,
  );

describe("createHttpClient", () => {
  it("says which status was not expected, and repeats a DELETE", async () => {
    const { url, requests } = await serve(reset, answering(409, '{"status":"SHIPPING"}'));
    const { client } = clientOf(url);
    expect(await caught(client.delete("/x"))).toMatchObject({ status: 409, retriable: false });
    expect(requests()).toBe(2);
  });

  it("keeps what came with an unexpected status, without our own credentials in it", async () => {
    const { url } = await serve(answering(422, '{"detail":"no such key secret-key"}'));
    expect(await caught(clientOf(url).client.delete("/x"))).toMatchObject({
      said: '{"detail":"no such key [secret]"}',
    });
  });

  it("sends URL search parameters as a form, the same on every attempt", async () => {
    const got: string[] = [];
    const { url } = await serve((request, response) => {
      request.setEncoding("utf8").on("data", (text: string) => {
        got.push(`${String(request.headers["content-type"])} ${text}`);
        if (got.length === 1) request.socket.destroy();
        else fine(request, response);
      });
    });
    await clientOf(url).client.postOnce("/x", new URLSearchParams({ "metadata[a]": "ü &" }), "key");
    const form = "application/x-www-form-urlencoded metadata%5Ba%5D=%C3%BC+%26";
    expect(got).toEqual([form, form]);
  });

  it("begins with the pause it is told, and doubles it", async () => {
    const { url } = await serve(reset, reset, reset, fine);
    const { client, waits } = clientOf(url, { firstRetryMs: 8 });
    await client.get("/x", {});
    expect(waits).toEqual([6, 12, 24]);
  });

  it("waits for its turn when calls per second are limited, and names each attempt anew", async () => {
    const ids: unknown[] = [];
    const { url } = await serve((request, response) => {
      ids.push(request.headers["x-request-id"]);
      fine(request, response);
    });
    let no = 0;
    const { client, waits } = clientOf(url, {
      perSecond: 1,
      attemptHeaders: () => ({ "x-request-id": `r${(no += 1)}` }),
    });
    for (let index = 0; index < 3; index += 1) await client.get("/x", {});
    expect(waits).toEqual([1_000, 2_000]);
    expect(ids).toEqual(["r1", "r2", "r3"]);
  });

  it("repeats a POST under its idempotency key, and only then", async () => {
    const keys: unknown[] = [];
    const { url, requests } = await serve(
      (request, response) => {
        keys.push(request.headers["idempotency-key"]);
        reset(request, response);
      },
      (request, response) => {
        keys.push(request.headers["idempotency-key"]);
        fine(request, response);
      },
    );
    await expect(clientOf(url).client.postOnce("/told", {}, "key-1")).resolves.toEqual({ fine: true });
    expect([keys, requests()]).toEqual([["key-1", "key-1"], 2]);
  });

  it("sends the headers and the query, and hands back the JSON", async () => {
    let seen = "";
    const { url } = await serve((request, response) => {
      seen = `${request.url} ${request.headers.authorization}`;
      fine(request, response);
    });
    await expect(clientOf(url).client.get("/orders", { after: "2020-01-01T00:00:00+03:00" })).resolves.toEqual({
      fine: true,
    });
    expect(seen).toBe("/orders?after=2020-01-01T00%3A00%3A00%2B03%3A00 Token secret-key");
  });

  it.each([
    ["a 500", answering(500, "boom")],
    ["a reset connection", reset],
    ["a body that breaks off", brokenOff],
    ["a body that is not JSON", answering(200, "<html>")],
  ])("asks again after %s, with exponential backoff", async (_, fault) => {
    const { url, requests } = await serve(fault, fault, fine);
    const { client, waits } = clientOf(url);
    await expect(client.get("/orders", {})).resolves.toEqual({ fine: true });
    expect(requests()).toBe(3);
    expect(waits).toEqual([150, 300]);
  });

  it.each([
    [
      "Unavailable for a 503",
      answering(503, "down for\n maintenance"),
      Unavailable,
      /answered 503: "down for maintenance"/,
    ],
    ["Unavailable for a reset", reset, Unavailable, /could not be reached/],
    ["UnusableAnswer for a truncated body", brokenOff, UnusableAnswer, /broke off after 18 bytes/],
    ["UnusableAnswer for an HTML page", answering(200, "<html>"), UnusableAnswer, /not JSON.*"<html>"/],
    ["UnusableAnswer for a 404", answering(404, "nowhere"), UnusableAnswer, /answered 404, which was not expected/],
    ["AuthenticationRefused for a 401", answering(401, "{}"), AuthenticationRefused, /Set OMNITRON_TOKEN/],
    ["AuthenticationRefused for a 403", answering(403, "{}"), AuthenticationRefused, /answered 403/],
  ])("ends with %s", async (_, fault, kind, message) => {
    const { url } = await serve(fault);
    const error = await caught(clientOf(url, { retries: 1 }).client.get("/orders", {}));
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(`Omnitron: GET ${url}/orders`);
    expect(error.message).not.toContain("secret-key");
  });

  it("says nothing of a password in the base URL", async () => {
    const { url } = await serve(answering(500, ""));
    const error = await caught(
      clientOf(url.replace("http://", "http://user:hunter2@"), { retries: 0 }).client.get("/", {}),
    );
    expect(error.message).toContain("answered 500");
    expect(error.message).not.toContain("hunter2");
  });

  it("attempts a POST that only asks as often as a GET", async () => {
    const { url, requests } = await serve(answering(500, "boom"));
    const { client } = clientOf(url, { retries: 2 });
    await caught(client.query("/stock", { skus: [] }));
    expect(requests()).toBe(3);
  });

  it("waits in place as long as a short Retry-After asks", async () => {
    const { url } = await serve(answering(429, "", { "retry-after": "2" }), fine);
    const { client, waits } = clientOf(url);
    await client.get("/orders", {});
    expect(waits).toEqual([2_000]);
  });

  it.each([
    ["seconds", "120", 120_000],
    ["a date", "Fri, 20 Nov 2026 12:00:30 GMT", 30_000],
    ["nothing at all", "", 30_000],
  ])("hands a long Retry-After in %s to the caller", async (_, header, delayMs) => {
    const { url, requests } = await serve(answering(429, "", header === "" ? {} : { "retry-after": header }));
    const error = await caught(clientOf(url).client.get("/orders", {}));
    expect(error).toBeInstanceOf(RateLimited);
    expect(error).toMatchObject({ retryAfterMs: delayMs });
    expect(requests()).toBe(1);
  });

  it("gives an answer up at the timeout", async () => {
    const { url } = await serve(silent);
    const error = await caught(clientOf(url, { timeoutMs: 20, retries: 0 }).client.get("/orders", {}));
    expect(error).toBeInstanceOf(Unavailable);
    expect(error.message).toMatch(/did not answer within 20 ms/);
  });

  it("ends with the caller's own reason when the caller aborts", async () => {
    const run = new AbortController();
    const { url } = await serve(() => run.abort(new Error("shutting down")));
    await expect(clientOf(url).client.get("/orders", {}, run.signal)).rejects.toThrow("shutting down");
  });

  it("refuses an answer that is bigger than allowed", async () => {
    const { url } = await serve(answering(200, JSON.stringify("x".repeat(5_000))));
    const error = await caught(clientOf(url, { maxResponseBytes: 1_000 }).client.get("/orders", {}));
    expect(error).toBeInstanceOf(UnusableAnswer);
    expect(error.message).toMatch(/more than the 1000 bytes allowed/);
  });

  it("stops asking after failures in a row, then lets one probe through", async () => {
    const { url, requests } = await serve(answering(500, ""), answering(500, ""), answering(500, ""), fine);
    const { client, clock } = clientOf(url, { retries: 0, breaker: { failures: 2, openMs: 30_000 } });
    await caught(client.get("/orders", {}));
    await caught(client.get("/orders", {}));
    expect((await caught(client.get("/orders", {}))).message).toMatch(/was not tried.*next try is in 30 s/);
    expect(requests()).toBe(2);

    clock.advance(30_000);
    expect((await caught(client.get("/orders", {}))).message).toMatch(/answered 500/);
    expect((await caught(client.get("/orders", {}))).message).toMatch(/was not tried/);
    clock.advance(30_000);
    await expect(client.get("/orders", {})).resolves.toEqual({ fine: true });
    await expect(client.get("/orders", {})).resolves.toEqual({ fine: true });
  });

  it.each([["Bearer t0ps3cret"], [`Basic ${Buffer.from("shop:t0ps3cret").toString("base64")}`], ["t0ps3cret"]])(
    "says nothing of the credentials that an answer says back: %s",
    async (authorization) => {
      const { url } = await serve((request, response) => {
        const said = `no ${request.headers.authorization} ${JSON.stringify({ key: "t0ps3cret" })}`;
        response.writeHead(request.url === "/json" ? 200 : 500).end(said);
      });
      const { client } = clientOf(url, { headers: { authorization }, retries: 0 });
      for (const path of ["/orders", "/json"]) {
        const { message } = await caught(client.get(path, {}));
        expect(message).toContain("[secret]");
        expect(message).not.toMatch(/t0ps3cret|c2hvcDp0/);
      }
      expect(client.unusable("GET", "/x", `got ${authorization}`).message).toMatch(/got \[secret\]$/);
    },
  );

  it("keeps to the number of calls at once", async () => {
    let open = 0;
    let most = 0;
    const waiting: (() => void)[] = [];
    const { url } = await serve((_, response) => {
      most = Math.max(most, (open += 1));
      waiting.push(() => {
        open -= 1;
        response.end("{}");
      });
      if (open === 2) for (const answer of waiting.splice(0)) answer();
    });
    const { client } = clientOf(url, { maxConcurrent: 2 });
    await Promise.all(Array.from({ length: 10 }, () => client.get("/orders", {})));
    expect(most).toBe(2);
  });
});

describe("toOutcome", () => {
  const site = { system: "Omnitron", method: "GET", url: "http://localhost/" };

  it("cancels on refused credentials, snoozes on a rate limit and leaves the rest a failure", () => {
    expect(toOutcome(new AuthenticationRefused(site, 401, "Set OMNITRON_TOKEN."))).toBeInstanceOf(Cancel);
    const snooze = toOutcome(new RateLimited(site, 60_000));
    expect(snooze).toBeInstanceOf(Snooze);
    expect(snooze).toMatchObject({ delayMs: 60_000 });
    const unavailable = new Unavailable(site, "answered 500");
    expect(toOutcome(unavailable)).toBe(unavailable);
  });
});
