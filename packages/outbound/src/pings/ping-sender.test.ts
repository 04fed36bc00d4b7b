import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { untilTrue } from "@drumline/testing";
import { afterEach, describe, expect, it } from "@jest/globals";

import { silentLog } from "@drumline/core/log";

import { createPingSender, type PingSender } from "./index.ts";

interface Heard {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly body: string;
}

describe("the sender of pings", () => {
  const closers: (() => Promise<unknown>)[] = [];
  const warnings: { message: string; fields: object }[] = [];
  const log = { ...silentLog, warn: (fields: object, message: string) => void warnings.push({ message, fields }) };
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
    warnings.length = 0;
  });

  const listen = async (answer: RequestListener): Promise<{ host: string; server: Server }> => {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closers.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, server };
  };
  const receiver = async (status = 200) => {
    const heard: Heard[] = [];
    const { host } = await listen((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += String(chunk)));
      request.on("end", () => {
        heard.push({ method: request.method, url: request.url, body });
        response.writeHead(status).end("OK");
      });
    });
    return { host, heard };
  };
  const open = (privateHosts: readonly string[], options = {}): PingSender => {
    const sender = createPingSender({ log, privateHosts, flushMs: 200, ...options });
    closers.push(sender.close);
    return sender;
  };

  it("posts a start, a success and a fail of one URL in their order, each with its text", async () => {
    const { host, heard } = await receiver();
    const sender = open([host]);
    const url = `http://${host}/s3cret/?create=1`;
    for (const signal of ["start", "success", "fail"] as const) sender.send({ url, signal, text: `${signal} 😀` });
    await untilTrue(() => heard.length === 3, { what: "three pings are heard" });
    expect(heard).toEqual([
      { method: "POST", url: "/s3cret/start?create=1", body: "start 😀" },
      { method: "POST", url: "/s3cret/?create=1", body: "success 😀" },
      { method: "POST", url: "/s3cret/fail?create=1", body: "fail 😀" },
    ]);
    expect(warnings).toEqual([]);
  });

  it("refuses a private address that nobody named, and shows nothing of the URL but where it leads", async () => {
    const { host, heard } = await receiver();
    const sender = open([]);
    sender.send({ url: `http://${host}/s3cret`, signal: "start", text: "" });
    sender.send({ url: "s3cret", signal: "start", text: "" });
    await untilTrue(() => warnings.length === 2, { what: "both are refused" });
    expect(JSON.stringify(warnings)).toContain("PING_PRIVATE_HOSTS");
    expect(JSON.stringify(warnings)).not.toContain("s3cret");
    expect(heard).toEqual([]);
  });

  it("warns once of a receiver that refuses, until it takes one again", async () => {
    let status = 500;
    let answered = 0;
    const { host } = await listen((request, response) => {
      request.resume();
      response.writeHead(status).end();
      answered += 1;
    });
    const sender = open([host]);
    const url = `http://${host}/s3cret`;
    const sendAndWait = async (count: number) => {
      for (let no = 0; no < count; no += 1) sender.send({ url, signal: "success", text: "" });
      const wanted = answered + count;
      await untilTrue(() => answered === wanted, { what: "all are answered" });
    };
    await sendAndWait(3);
    status = 200;
    await sendAndWait(2);
    status = 404;
    await sendAndWait(2);
    await untilTrue(() => warnings.length === 2, { what: "the second fault is said" });
    expect(JSON.stringify(warnings)).toContain("answered 404");
    expect(JSON.stringify(warnings)).not.toContain("s3cret");
  });

  it("keeps 20 of 500 pings for a receiver that hangs, says so once, and serves the others meanwhile", async () => {
    const { host: hanging } = await listen(() => {});
    const { host, heard } = await receiver();
    const sender = open([hanging, host], { timeoutMs: 60_000 });
    for (let no = 0; no < 500; no += 1)
      sender.send({ url: `http://${hanging}/s3cret`, signal: "start", text: String(no) });
    sender.send({ url: `http://${host}/other`, signal: "success", text: "" });
    await untilTrue(() => heard.length === 1, { what: "the other receiver hears its ping" });
    const dropped = warnings.filter(({ message }) => message.startsWith("pings dropped"));
    expect(dropped).toMatchObject([{ fields: { to: `http://${hanging}` } }]);
    await sender.close();
    expect(warnings.at(-1)).toMatchObject({ message: "pings not sent at the end", fields: { unsent: 21 } });
  });

  it("keeps no more than 200 pings of many URLs that hang", async () => {
    const { host } = await listen(() => {});
    const sender = open([host], { timeoutMs: 60_000 });
    for (let no = 0; no < 500; no += 1) sender.send({ url: `http://${host}/${no}`, signal: "start", text: "" });
    await sender.close();
    expect(warnings.map(({ message }) => message)).toEqual([
      "pings dropped: too many wait to be sent",
      "pings not sent at the end",
    ]);
    expect(warnings.at(-1)!.fields).toEqual({ unsent: 204 });
  });

  it("sends what waits before it closes, and nothing after", async () => {
    const { host, heard } = await receiver();
    const sender = open([host], { flushMs: 10_000 });
    for (let no = 0; no < 10; no += 1) sender.send({ url: `http://${host}/x`, signal: "success", text: String(no) });
    await sender.close();
    sender.send({ url: `http://${host}/x`, signal: "success", text: "after" });
    expect(heard.map(({ body }) => body)).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  });
});
