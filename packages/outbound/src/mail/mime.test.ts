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

  it("carries text and HTML as two readings of one thing, whatever stands in either", async () => {
    const html = `<p>${"Ünïcode 🥁 & <b>".repeat(300)}</p>\n.\n`;
    const { raw, headers, body } = await compose({ ...message, html }, { ...options, unsubscribeUrl: null });
    const [, boundary] = /^multipart\/alternative; boundary="([^"]+)"$/.exec(headers["content-type"]!)!;
    const parts = body.split(`--${boundary}`).slice(1, -1).map(readPart);
    expect(parts).toEqual([
      ["text/plain; charset=utf-8", message.text],
      ["text/html; charset=utf-8", html],
    ]);
    expect(headers).not.toHaveProperty("list-unsubscribe");
    expect(Math.max(...raw.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(78);
    expect(raw).toMatch(/^[\t\r\n\u0020-\u007e]*$/);
  });

  it("lets no header and no part begin in an HTML mail's subject, name or bodies", async () => {
    const evil = "\r\nBcc: eve@example.com\r\n\r\n--boundary\r\nContent-Type: text/html\r\n\r\nbody";
    const mail = { ...message, subject: `Hello${evil}`, text: evil, html: evil };
    const { headers, body } = await compose(mail, {
      from: `Shop${evil} <a@example.com>`,
      unsubscribeUrl: `https://x/${evil}`,
    });
    expect(headers).not.toHaveProperty("bcc");
    expect(headers["subject"]).toMatch(/^Hello Bcc: eve@example\.com --boundary Content-Type: text\/html body$/);
    const [, boundary] = /boundary="([^"]+)"$/.exec(headers["content-type"]!)!;
    expect(body.split(`--${boundary}`)).toHaveLength(4);
  });
});

/** Its type, and what it says. */
function readPart(part: string): [string, string] {
  const [head = "", ...rest] = part.trim().split("\r\n\r\n");
  const [, type = ""] = /^Content-Type: (.*)$/im.exec(head) ?? [];
  return [type, Buffer.from(rest.join(""), "base64").toString("utf8")];
}

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
