import { manualClock } from "@drumline/core/clock";
import { emailHashOf } from "@drumline/core/text";
import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import {
  CERTIFICATE,
  confirmation,
  makeCertificate,
  notification,
  sign as signBy,
  TOPIC,
} from "../../test/sns-messages.ts";
import { saveMailReports } from "./mail-report.sql.ts";
import { parseMailReports } from "./parse-mail-reports.ts";
import { SnsRefused } from "./sns-message.ts";
import { createSnsReceiver, SnsUnreachable } from "./sns-receiver.ts";

const amazon = makeCertificate();
const stranger = makeCertificate();
const sign = (message: Parameters<typeof signBy>[0], signer = amazon) => signBy(message, signer);

describe("a message of SNS", () => {
  const fetched: string[] = [];
  const listen = (options: { topicArn?: string | null; pem?: string; now?: Date; fails?: boolean } = {}) =>
    createSnsReceiver({
      topicArn: options.topicArn === undefined ? TOPIC : options.topicArn,
      clock: manualClock(options.now ?? new Date()),
      fetchFromSns: async (url) => {
        fetched.push(url.href);
        if (options.fails) throw new Error("ETIMEDOUT");
        return options.pem ?? amazon.pem;
      },
    });
  beforeEach(() => void (fetched.length = 0));

  it.each(["1", "2"])(
    "is taken with a signature of version %s, with and without a subject",
    async (SignatureVersion) => {
      const sns = listen();
      expect(await sns.receive(sign(notification({ SignatureVersion })))).toMatchObject({ MessageId: "m-1" });
      expect(await sns.receive(sign(notification({ SignatureVersion, Subject: undefined })))).toMatchObject({
        MessageId: "m-1",
      });
      expect(fetched).toEqual([CERTIFICATE]);
    },
  );

  it.each<[string, () => unknown]>([
    ["changed after it was signed", () => ({ ...sign(notification()), Message: "{ }" })],
    ["signed by another key", () => sign(notification(), stranger)],
    ["with a signature that is none", () => ({ ...sign(notification()), Signature: "AAAA" })],
    ["of another version than it says", () => ({ ...sign(notification()), SignatureVersion: "1" })],
  ])("%s is refused", async (_, make) => {
    await expect(listen().receive(make())).rejects.toThrow("The signature is not by the certificate.");
  });

  it.each([
    "http://sns.eu-west-1.amazonaws.com/x.pem",
    "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem",
    "https://evil.example/sns.eu-west-1.amazonaws.com/x.pem",
    "https://sns.eu-west-1.amazonaws.com:8443/x.pem",
    "https://sns.eu-west-1.amazonaws.com@evil.example/x.pem",
    "https://s3.eu-west-1.amazonaws.com/x.pem",
    "https://sns.evil.amazonaws.com/x.pem",
    "file:///etc/passwd",
  ])("whose certificate lies at %s is refused before anything is fetched", async (SigningCertURL) => {
    await expect(listen().receive(sign(notification({ SigningCertURL })))).rejects.toThrow(SnsRefused);
    expect(fetched).toEqual([]);
  });

  it("of another topic, or where none is expected, is refused before anything is fetched", async () => {
    await expect(listen().receive(sign(notification({ TopicArn: `${TOPIC}-2` })))).rejects.toThrow(
      "is not expected here",
    );
    await expect(listen({ topicArn: null }).receive(sign(notification()))).rejects.toThrow("SHOP_SNS_TOPIC_ARN");
    expect(fetched).toEqual([]);
  });

  it("with a certificate that is over, or is none, is refused", async () => {
    const later = new Date(Date.now() + 3 * 86_400_000);
    await expect(listen({ now: later }).receive(sign(notification()))).rejects.toThrow("The certificate is good from");
    await expect(listen({ pem: "<html>" }).receive(sign(notification()))).rejects.toThrow("is no certificate");
  });

  it("is to be sent again where Amazon does not answer, and is refused by its field where it is none", async () => {
    await expect(listen({ fails: true }).receive(sign(notification()))).rejects.toThrow(SnsUnreachable);
    await expect(listen().receive({ ...sign(notification()), MessageId: 7 })).rejects.toThrow(
      "no message of SNS: MessageId:",
    );
    await expect(listen().receive(null)).rejects.toThrow(SnsRefused);
  });

  it("that confirms a subscription is confirmed at Amazon, and nowhere else", async () => {
    const ask = (url: string) => sign(confirmation(url));
    const url = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t";
    expect(await listen().receive(ask(url))).toBeNull();
    expect(fetched).toEqual([CERTIFICATE, url]);
    await expect(listen().receive(ask("https://evil.example/"))).rejects.toThrow("SubscribeURL is not of SNS");
  });
});

describe("a report of SES", () => {
  let stores: TestDatabase;
  beforeAll(async () => {
    stores = await testDatabase();
  });
  afterAll(() => stores.close());
  beforeEach(() => stores.db.$executeRaw`TRUNCATE shop_mail_report, shop_suppression`);

  const NOW = new Date("2026-11-20T12:00:00Z");
  const bounce = (bounceType: string, ...emails: string[]) => ({
    notificationType: "Bounce",
    bounce: {
      bounceType,
      bounceSubType: "General",
      bouncedRecipients: emails.map((emailAddress) => ({ emailAddress, status: "5.1.1" })),
      timestamp: "2026-11-20T11:00:00.000Z",
      feedbackId: "f",
    },
    mail: { messageId: "nobody knows it yet" },
  });
  const take = (messageId: string, event: object, now = NOW) =>
    saveMailReports(stores.db, messageId, parseMailReports(JSON.stringify(event), now), now);
  const listsOf = async (email: string) =>
    (
      await stores.db.shopSuppression.findMany({ where: { emailHash: emailHashOf(email) }, orderBy: { list: "asc" } })
    ).map(({ list, reason }) => `${list} ${reason}`);

  it("of two dead addresses stops all mail to both, and the same message again changes nothing", async () => {
    const event = bounce("Permanent", "Ann@Example.com", "Bob <bob@example.com>");
    expect(await take("m-1", event)).toBe(2);
    expect(await take("m-1", event)).toBe(0);
    expect(await Promise.all([take("m-2", event), take("m-2", event)])).toEqual(expect.arrayContaining([2, 0]));
    for (const email of ["ann@example.com", "bob@example.com"])
      expect(await listsOf(email)).toEqual(["* BOUNCED", "orders BOUNCED"]);
    expect(await stores.db.shopMailReport.count()).toBe(4);
    expect(JSON.stringify(await stores.db.shopMailReport.findMany({ omit: { id: true } }))).not.toContain(
      "example.com",
    );
  });

  it("of a complaint stops marketing and no mail about orders", async () => {
    const complaint = { complainedRecipients: [{ emailAddress: "ann@example.com" }], complaintFeedbackType: "abuse" };
    expect(await take("m-1", { eventType: "Complaint", complaint })).toBe(1);
    expect(await listsOf("ann@example.com")).toEqual(["* COMPLAINED"]);
    const kind = { ...complaint, complaintFeedbackType: "not-spam" };
    expect(await take("m-2", { eventType: "Complaint", complaint: kind })).toBe(0);
  });

  it("of mails that could not be delivered for now counts: the fifth in 30 days stops marketing", async () => {
    for (let no = 0; no < 4; no += 1) await take(`old-${no}`, bounce("Transient", "ann@example.com"));
    const later = new Date("2026-12-21T12:00:00Z");
    const fresh = () => ({
      ...bounce("Transient", "ann@example.com"),
      bounce: { ...bounce("Transient", "ann@example.com").bounce, timestamp: undefined },
    });
    for (let no = 0; no < 4; no += 1) await take(`new-${no}`, fresh(), later);
    expect(await listsOf("ann@example.com")).toEqual([]);
    await take("new-4", fresh(), later);
    expect(await listsOf("ann@example.com")).toEqual(["* BOUNCED"]);
  });

  it("that is none, or of a kind nobody asked for, is nothing", () => {
    const read = (message: string) => parseMailReports(message, NOW);
    expect(read("Successfully validated SNS topic for Amazon SES event publishing.")).toEqual([]);
    expect(
      read(JSON.stringify({ notificationType: "Delivery", delivery: { recipients: ["ann@example.com"] } })),
    ).toEqual([]);
    expect(
      read(JSON.stringify({ notificationType: "Bounce", bounce: { bouncedRecipients: "ann@example.com" } })),
    ).toEqual([]);
    expect(read("null")).toEqual([]);
    expect(read(JSON.stringify({ ...bounce("Newly invented", "ann@example.com"), more: 1 }))).toMatchObject([
      { kind: "UNDETERMINED", occurredAt: new Date("2026-11-20T11:00:00Z") },
    ]);
  });
});
