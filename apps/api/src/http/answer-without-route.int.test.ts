import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { apiUnderTest, type ApiUnderTest, askServer, ordinaryParts } from "../../test/api-under-test.ts";
import { buildServer } from "../server.ts";
import type { Api } from "../api.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

/** What comes back over a connection of its own for these bytes, until it is closed. */
async function send(app: Api, bytes: string): Promise<{ status: number; headers: Map<string, string>; body: string }> {
  const { port } = app.server.address() as AddressInfo;
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.on("data", (chunk) => (text += String(chunk)));
  socket.on("error", () => undefined);
  socket.write(bytes);
  await once(socket, "close");
  const [head = "", body = ""] = text.split("\r\n\r\n");
  const [statusLine = "", ...lines] = head.split("\r\n");
  const headers = lines
    .map((line) => line.split(/: (.*)/s))
    .map(([name, value]) => [name!.toLowerCase(), value!] as const);
  return { status: Number(statusLine.split(" ")[1]), headers: new Map(headers), body };
}

describe("an answer without a route", () => {
  let api: ApiUnderTest;
  beforeAll(async () => {
    api = await apiUnderTest();
    await api.ask("/health/live");
  });
  afterAll(() => api.close());

  const close = "\r\nConnection: close\r\n\r\n";
  it.each([
    ["what is no HTTP", "HELLO\r\n\r\n", 400],
    ["a header that is longer than 16 KiB", `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${"a".repeat(20_000)}\r\n\r\n`, 431],
    [
      "two lengths",
      `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ["a path that cannot be read", `GET /api/v1/runs/%zz HTTP/1.1\r\nHost: x${close}`, 400],
    ["a part of a path that is too long", `GET /api/v1/runs/${"a".repeat(5_000)} HTTP/1.1\r\nHost: x${close}`, 414],
    ["no Host", `GET /health/live HTTP/1.1${close}`, 400],
    ["an expectation nobody meets", `GET /health/live HTTP/1.1\r\nHost: x\r\nExpect: cake${close}`, 417],
    ["a method nobody has", `PURGE / HTTP/1.1\r\nHost: x${close}`, 404],
    ["a path nobody has", `GET /nowhere HTTP/1.1\r\nHost: x${close}`, 404],
    ["no token", `GET /api/v1/me HTTP/1.1\r\nHost: x${close}`, 401],
  ])("to %s is a problem with the headers of every answer", async (_what, bytes, status) => {
    const answer = await send(api.app, bytes);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    expect(Object.fromEntries(answer.headers)).toMatchObject(SECURITY_HEADERS);
    expect(JSON.parse(answer.body)).toMatchObject({
      type: "about:blank",
      status,
      title: expect.stringMatching(/^[A-Z]/),
    });
  });

  it("to a request that does not arrive in time is a problem too", async () => {
    const { db, queues, clock } = api;
    const app = await buildServer({ ...ordinaryParts, db, queues, clock });
    await askServer(app, "/health/live");
    const { port } = app.server.address() as AddressInfo;
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.on("data", (chunk) => (text += String(chunk)));
    const [peer] = (await once(app.server, "connection")) as [object];
    app.server.emit("clientError", Object.assign(new Error("late"), { code: "ERR_HTTP_REQUEST_TIMEOUT" }), peer);
    await once(socket, "close");
    expect(text).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
    expect(text).toContain("content-type: application/problem+json");
    await app.close();
  });

  it("of an api that is ending is a 503 with Retry-After", async () => {
    const { db, queues, clock } = api;
    const app = await buildServer({ ...ordinaryParts, db, queues, clock });
    let end = (): void => undefined;
    app.get("/slow", { config: { access: "public" } }, () => new Promise((resolve) => (end = () => resolve("late"))));
    const refused = new Promise<void>((resolve) =>
      app.addHook("onSend", async (_request, { statusCode }) => {
        if (statusCode === 503) resolve();
      }),
    );
    app.addHook("preClose", async () => void socket.write("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"));
    await app.listen({ host: "127.0.0.1", port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.on("data", (chunk) => (text += String(chunk)));
    socket.write("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    await once(app.server, "request");
    const closed = app.close();
    await refused;
    setImmediate(() => end());
    await Promise.all([closed, once(socket, "close")]);
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 503"]);
    expect(text).toContain("retry-after: 1");
    expect(text).toContain("This api is ending");
  });
});
