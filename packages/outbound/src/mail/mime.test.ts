import { describe, expect, it } from "@jest/globals";

import { toMime } from "./mime.ts";

const message = { to: ["ann@example.com", "bob@example.com"], subject: "Hello", text: "First\nSecond: ümlaut 🥁" };
const options = { from: "Drumline <audit@example.com>", unsubscribeUrl: "mailto:out@example.com?subject={recipient}" };

describe("toMime", () => {
  it("writes the headers and the text in base64", async () => {
    const { headers, body } = await compose(message, options);
    expect(headers).toMatchObject({
      from: "Drumline <audit@example.com>",
      to: "ann@example.com, bob@example.com",
      subject: "Hello",
      "mime-version": "1.0",
      "content-type": "text/plain; charset=utf-8",
      "content-transfer-encoding": "base64",
      "list-unsubscribe": "<mailto:out@example.com?subject=ann%40example.com>",
    });
    expect(headers).not.toHaveProperty("list-unsubscribe-post");
    expect(Buffer.from(body, "base64").toString("utf8")).toBe(message.text);
  });

  it("offers one click over HTTPS only", async () => {
    const { headers } = await compose(message, { ...options, unsubscribeUrl: "https://example.com/out" });
    expect(headers).toMatchObject({ "list-unsubscribe-post": "List-Unsubscribe=One-Click" });
  });

  it("leaves a long address behind List-Unsubscribe in one piece", async () => {
    const unsubscribeUrl = `https://example.com/out?token=${"a".repeat(300)}&who={recipient}`;
    const { headers } = await compose(message, { ...options, unsubscribeUrl });
    expect(headers["list-unsubscribe"]).toBe(`<${unsubscribeUrl.replace("{recipient}", "ann%40example.com")}>`);
  });

  it("keeps lines short and in CRLF, whatever the text and the subject are", async () => {
    const long = {
      ...message,
      subject: "Überfällig ".repeat(40),
      text: `${"x".repeat(5_000)}\n.\n${"🥁".repeat(500)}`,
    };
    const { raw } = await compose(long, options);
    expect(raw.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    expect(Math.max(...raw.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(78);
    expect(raw).toMatch(/^[\t\r\n\u0020-\u007e]*$/);
  });

  it("lets no line break out of a subject, a sender or an address to unsubscribe at", async () => {
    const evil = "\r\nBcc: eve@example.com\r\n\r\nbody";
    const mail = { ...message, subject: `Hello${evil}` };
    const { headers } = await compose(mail, {
      from: `Drumline${evil} <audit@example.com>`,
      unsubscribeUrl: `https://example.com/${evil}`,
    });
    expect(headers).not.toHaveProperty("bcc");
    expect(headers["subject"]).toBe("Hello Bcc: eve@example.com body");
  });
});

/** The message, its unfolded headers by name in lower case, and its body. */
async function compose(...args: Parameters<typeof toMime>) {
  const raw = (await toMime(...args)).toString("utf8");
  const end = raw.indexOf("\r\n\r\n");
  const lines = raw
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, " ")
    .split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  return { raw, headers, body: raw.slice(end + 4) };
}
