import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { systemClock } from "@drumline/core/clock";
import { createTransport, type HttpTransport } from "@drumline/outbound/http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { CERTIFICATE, confirmation, makeCertificate, notification, sign, TOPIC } from "../../test/sns-messages.ts";
import { SnsRefused } from "./sns-message.ts";
import { createSnsReceiver, fetchOver, SnsUnreachable } from "./sns-receiver.ts";

const amazon = makeCertificate();
const CONFIRM = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t";

/** The way out as in production, but for the address: what is asked of Amazon's hosts comes to a server of the test. */
describe("what is fetched from SNS", () => {
  let server: Server;
  let respond: RequestListener;
  let transport: HttpTransport;
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      respond(request, response);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const local = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    transport = createTransport();
    const { ask } = transport;
    const toLocal = (url: URL | string) => new URL(`${new URL(url).pathname}${new URL(url).search}`, local);
    transport = { ...transport, ask: (request, options) => ask({ ...request, url: toLocal(request.url) }, options) };
  });
  afterAll(() => {
    transport.close();
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    asked.length = 0;
    respond = (_request, response) => void response.end(amazon.pem);
  });
  const listen = () => createSnsReceiver({ topicArn: TOPIC, clock: systemClock, fetchFromSns: fetchOver(transport) });

  it("is the certificate, once for all messages, and the confirmation of a subscription", async () => {
    const sns = listen();
    expect(await sns.receive(sign(notification(), amazon))).toMatchObject({ MessageId: "m-1" });
    expect(await sns.receive(sign(notification({ MessageId: "m-2" }), amazon))).toMatchObject({ MessageId: "m-2" });
    expect(await sns.receive(sign(confirmation(CONFIRM), amazon))).toBeNull();
    expect(asked).toEqual([`GET ${new URL(CERTIFICATE).pathname}`, "GET /?Action=ConfirmSubscription&Token=t"]);
  });

  it("is nothing for an address that is not of SNS, be it in a message that is signed well", async () => {
    const sns = listen();
    await sns.receive(sign(notification(), amazon));
    for (const url of ["https://evil.example/", "http://sns.eu-west-1.amazonaws.com/", "https://169.254.169.254/"])
      await expect(sns.receive(sign(confirmation(url), amazon))).rejects.toThrow(SnsRefused);
    expect(asked).toHaveLength(1);
  });

  it.each<[string, RequestListener]>([
    ["a redirect, which is not followed", (_, response) => void response.writeHead(302, { location: "/else" }).end()],
    ["503", (_, response) => void response.writeHead(503).end("busy")],
    ["more than a certificate can be", (_, response) => void response.end("x".repeat(70_000))],
    ["half of it", (_, response) => void response.writeHead(200, { "content-length": 9_000 }).write("-----BEGIN")],
    ["nothing, and hangs up", (request) => void request.socket.destroy()],
  ])("may come later where it answers %s", async (name, listener) => {
    respond = (request, response) => {
      listener(request, response);
      if (name === "half of it") setTimeout(() => request.socket.destroy(), 20);
    };
    const sns = listen();
    await expect(sns.receive(sign(notification(), amazon))).rejects.toThrow(SnsUnreachable);
    expect(asked.every((line) => line.endsWith(".pem"))).toBe(true);
    // What failed is not kept for the certificate.
    respond = (_request, response) => void response.end(amazon.pem);
    expect(await sns.receive(sign(notification(), amazon))).not.toBeNull();
  });
});
