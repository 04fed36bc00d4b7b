import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { RateLimited } from "../http/errors.ts";
import { MailAccountRefused, MailRefused } from "./port.ts";
import { createMailer } from "./ses.ts";

let server: Server;
let answer: { status: number; code: string; message: string };
beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    response
      .writeHead(answer.status, { "content-type": "text/xml" })
      .end(
        `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type>` +
          `<Code>${answer.code}</Code><Message>${answer.message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
      );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function send(): Promise<unknown> {
  const { port } = server.address() as AddressInfo;
  const mailer = createMailer({
    region: "eu-west-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    endpoint: `http://127.0.0.1:${port}`,
    from: "Drumline <audit@ours.example>",
    mailsPerSecond: 1_000,
    unsubscribeUrl: null,
  });
  return mailer.send({ to: ["ann@example.com"], subject: "s", text: "t" }).then(
    () => null,
    (error: unknown) => error,
  );
}

describe("what SES refuses", () => {
  it.each([
    ["AccountSendingPausedException", "Email sending is disabled for your account"],
    ["ConfigurationSetSendingPausedException", "Email sending is disabled for this configuration set"],
    ["MailFromDomainNotVerifiedException", "The MX record is missing"],
    [
      "MessageRejected",
      "Email address is not verified. The following identities failed the check in region EU-WEST-1: audit@ours.example",
    ],
    [
      "MessageRejected",
      "Email address is not verified. The following identities failed: ann@example.com, Ours.example",
    ],
  ])("as a condition of the account concerns every message: %s", async (code, message) => {
    answer = { status: 400, code, message };
    const error = await send();
    expect(error).toBeInstanceOf(MailAccountRefused);
    expect(error).toMatchObject({ retriable: true, message: expect.stringContaining(message) });
  });

  it.each([
    ["MessageRejected", "Email address is not verified. The following identities failed: ann@example.com"],
    ["MessageRejected", "Address blacklisted."],
  ])("of one message concerns that one: %s %s", async (code, message) => {
    answer = { status: 400, code, message };
    expect(await send()).toBeInstanceOf(MailRefused);
  });

  it("because of the day's quota is asked again in an hour, and because of the rate soon", async () => {
    answer = { status: 400, code: "Throttling", message: "Daily message quota exceeded." };
    expect(await send()).toMatchObject({ retryAfterMs: 3_600_000 });
    answer = { status: 400, code: "Throttling", message: "Maximum sending rate exceeded." };
    const error = await send();
    expect(error).toBeInstanceOf(RateLimited);
    expect(error).toMatchObject({ retryAfterMs: 30_000 });
  });
});
