import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { AuthenticationRefused, RateLimited } from "../src/http/index.ts";
import { MailNotSent, MailOutcomeUnknown, MailRefused } from "../src/mail/index.ts";
import { startAws } from "./aws-sandbox.ts";

describe("the mailer against the sandbox", () => {
  let aws: Awaited<ReturnType<typeof startAws>>;
  beforeAll(async () => {
    aws = await startAws();
  });
  afterAll(() => aws.close());
  beforeEach(() => aws.reset());

  const hello = { to: ["ann@example.com"], subject: "Hello", text: "First line\nSecond: ümlaut 🥁" };

  it("sends a plain mail", async () => {
    expect(await aws.mailer().send(hello)).toMatch(/^sandbox-/);
    expect(await aws.mails()).toMatchObject([{ ...hello, from: "Drumline <audit@example.com>", headers: {} }]);
  });

  it("offers a way out where one is due, and survives long subjects in any script", async () => {
    const subject = `${"Überfällig: 6 maanden zonder aanmelding ".repeat(4)}🥁`;
    const mailer = aws.mailer({ unsubscribeUrl: "https://example.com/out?who={recipient}" });
    await mailer.send({ ...hello, subject, unsubscribe: true });
    const [mail] = await aws.mails();
    expect(mail).toMatchObject({ to: hello.to, subject, text: hello.text });
    expect(mail!.headers["list-unsubscribe"]).toBe("<https://example.com/out?who=ann%40example.com>");
    expect(mail!.headers["list-unsubscribe-post"]).toBe("List-Unsubscribe=One-Click");
  });

  it("sends HTML beside the text, and names the address at which this very mail is ended by one click", async () => {
    const html = "<p>First line<br>Second: ümlaut 🥁</p>";
    const mailer = aws.mailer({ unsubscribeUrl: "mailto:out@example.com" });
    await mailer.send({ ...hello, html });
    await mailer.send({ ...hello, html, unsubscribe: true, unsubscribeUrl: "https://shop.example/out?token=a.b" });
    const [order, offer] = await aws.mails();
    expect(order).toMatchObject({ ...hello, html });
    expect(order!.headers["list-unsubscribe"]).toBeUndefined();
    expect(offer).toMatchObject({ ...hello, html });
    expect(offer!.headers).toMatchObject({
      "list-unsubscribe": "<https://shop.example/out?token=a.b>",
      "list-unsubscribe-post": "List-Unsubscribe=One-Click",
    });
  });

  it.each([false, true])("lets no line break out of a subject (unsubscribe: %p)", async (unsubscribe) => {
    const subject = "Hello\r\nBcc: eve@example.com\r\n\r\nbody";
    await aws.mailer({ unsubscribeUrl: "mailto:out@example.com" }).send({ ...hello, subject, unsubscribe });
    const [mail] = await aws.mails();
    expect(mail).toMatchObject({
      to: ["ann@example.com"],
      subject: "Hello Bcc: eve@example.com body",
      text: hello.text,
    });
    expect(mail!.headers["bcc"]).toBeUndefined();
  });

  it.each([[[]], [["not an address"]], [["ann@example.com, eve@example.com"]], [["ann@example.com\r\nBcc: e@x.nl"]]])(
    "refuses recipients %j without asking SES",
    async (to) => {
      await expect(aws.mailer().send({ ...hello, to })).rejects.toThrow(MailRefused);
      expect(await aws.calls()).toEqual([]);
    },
  );

  const endings: [string, object, new (...args: never[]) => Error][] = [
    ["refused for good", { code: "MessageRejected" }, MailRefused],
    ["throttled", { code: "Throttling" }, RateLimited],
    ["refused for our key", { code: "InvalidClientTokenId", status: 403 }, AuthenticationRefused],
    ["unknown after a failure inside SES", { code: "InternalFailure", status: 500 }, MailOutcomeUnknown],
    ["unknown after a hang", {}, MailOutcomeUnknown],
    ["unknown when only the answer is lost", { when: "after" }, MailOutcomeUnknown],
  ];
  it.each(endings)("says that a mail is %s, and asks once", async (_, fault, error) => {
    await aws.setAwsFaults({ operation: "SendEmail", ...fault, times: 1 });
    await expect(aws.mailer({ requestTimeoutMs: 200 }).send(hello)).rejects.toThrow(error);
    expect(await aws.mails()).toHaveLength("when" in fault ? 1 : 0);
  });

  it("knows that nothing went out where no connection came about", async () => {
    await expect(aws.mailer({ endpoint: "http://127.0.0.1:9" }).send(hello)).rejects.toThrow(MailNotSent);
  });

  it("sends nothing once it is told to stop", async () => {
    await expect(aws.mailer().send(hello, AbortSignal.abort(new Error("stop")))).rejects.toThrow("stop");
    expect(await aws.mails()).toEqual([]);
  });
});
