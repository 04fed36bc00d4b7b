import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, it } from "@jest/globals";

import { createCognitoGateway } from "../src/aws/index.ts";
import { createMailer } from "../src/mail/index.ts";

const MEGABYTE = Buffer.alloc(2 ** 20, "x");
const forever = new AbortController().signal;

/** Answers 200 and goes on until it is cut off. */
const endless = (response: ServerResponse) => {
  const more = () => {
    while (!response.destroyed && response.write(MEGABYTE));
  };
  response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).on("drain", more);
  more();
};
/** Answers 200 with a beginning and no end. */
const unfinished = (response: ServerResponse) => {
  response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).write('{"Users":[');
};

describe("an AWS that answers without an end", () => {
  let server: Server;
  let written = 0;
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  async function accessTo(answer: (response: ServerResponse) => void) {
    server = createServer((request, response) => {
      request.resume();
      response.on("close", () => (written += response.socket?.bytesWritten ?? 0));
      answer(response);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    // Only where time itself is at fault is it short: what is long or wrong must have time to arrive on a busy machine.
    const requestTimeoutMs = answer === unfinished ? 500 : 120_000;
    return { region: "us-east-1", endpoint, credentials: null, requestTimeoutMs, maxAttempts: 1 };
  }
  const firstPage = async (answer: (response: ServerResponse) => void) => {
    const options = { ...(await accessTo(answer)), userPoolId: "pool", callsPerSecond: 25 };
    for await (const users of createCognitoGateway(options).listUsers(forever)) return users;
    return null;
  };

  it("is not read further than its limit by the user audit, which says so", async () => {
    await expect(firstPage(endless)).rejects.toThrow(/^Cognito: ListUsers pool .*it is longer than 8388608 bytes/);
    expect(written).toBeLessThan(32 * MEGABYTE.length);
  });

  it("is not waited for longer than its time by the user audit, which says so", async () => {
    await expect(firstPage(unfinished)).rejects.toThrow(/^Cognito: ListUsers pool .*it did not end within 500 ms/);
  });

  it("is refused where it is made of more values than the SDK could read in time", async () => {
    const answer = (response: ServerResponse) =>
      void response
        .writeHead(200, { "content-type": "application/x-amz-json-1.1" })
        .end(`{"Users":[${"{},".repeat(2_000_000)}{}]}`);
    await expect(firstPage(answer)).rejects.toThrow(/^Cognito: ListUsers pool .*more than 20,?000 values/);
  });

  it.each([{ Username: {} }, { Attributes: [{ Name: "email", Value: {} }] }, { Enabled: "yes" }])(
    "counts as not read where a user is not of the kind agreed: %j",
    async (wrong) => {
      const user = { Username: "ann", Enabled: true, UserCreateDate: 1_760_000_000, Attributes: [], ...wrong };
      const answer = (response: ServerResponse) =>
        void response
          .writeHead(200, { "content-type": "application/x-amz-json-1.1" })
          .end(JSON.stringify({ Users: [user] }));
      await expect(firstPage(answer)).rejects.toThrow(/^Cognito: ListUsers pool gave /);
    },
  );

  it("gives no user that no database could keep", async () => {
    const user = { Username: "ann", Enabled: true, UserCreateDate: 1_760_000_000 };
    const attributes = [{ Name: "email", Value: "a\ud83d@example.com" }];
    const answer = (response: ServerResponse) =>
      void response
        .writeHead(200, { "content-type": "application/x-amz-json-1.1" })
        .end(JSON.stringify({ ...user, UserAttributes: attributes }));
    const options = { ...(await accessTo(answer)), userPoolId: "pool", callsPerSecond: 25 };
    await expect(createCognitoGateway(options).getUser("ann", forever)).rejects.toThrow(
      /^Cognito: AdminGetUser pool gave a user with characters that no database keeps/,
    );
  });

  it.each([
    [endless, /it is longer than 65536 bytes/],
    [unfinished, /it did not end within 500 ms/],
  ])("leaves in doubt whether the mail went out", async (answer, why) => {
    const access = await accessTo(answer);
    const mailer = createMailer({ ...access, from: "a@example.com", mailsPerSecond: 10, unsubscribeUrl: null });
    const mail = mailer.send({ to: ["b@example.com"], subject: "s", text: "t" }, forever);
    await expect(mail).rejects.toThrow(why);
    await expect(mail).rejects.toThrow(/^SES: .*did not answer in a way that says whether/);
  });
});
