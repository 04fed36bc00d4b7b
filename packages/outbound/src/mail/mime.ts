import type { MailMessage } from "./port.ts";

export interface MimeOptions {
  readonly from: string;
  /** Where `{recipient}` stands, the address goes. */
  readonly unsubscribeUrl: string;
}

/** A text message with the headers that SES's SendEmail cannot carry (RFC 5322, 2045, 2369, 8058). */
export function toMime({ to, subject, text }: MailMessage, { from, unsubscribeUrl }: MimeOptions): string {
  const url = unsubscribeUrl.replaceAll("{recipient}", encodeURIComponent(to[0] ?? ""));
  const headers = [
    `From: ${toOneLine(from)}`,
    `To: ${to.map(toOneLine).join(", ")}`,
    `Subject: ${toEncodedWords(subject)}`,
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    `List-Unsubscribe: <${toOneLine(url)}>`,
    // One click without a page in between works over HTTPS only.
    ...(url.startsWith("https:") ? ["List-Unsubscribe-Post: List-Unsubscribe=One-Click"] : []),
  ];
  const body = Buffer.from(text, "utf8").toString("base64").replaceAll(/.{76}/g, "$&\r\n");
  return `${headers.join("\r\n")}\r\n\r\n${body}\r\n`;
}

/** A line break in a name or a subject would begin a header of its own. */
export function toOneLine(value: string): string {
  return value.replaceAll(/\p{Cc}+/gu, " ").trim();
}

const ENCODED_WORD_BYTES = 45;

/** RFC 2047: words of at most 75 characters, cut between characters. */
function toEncodedWords(subject: string): string {
  const line = toOneLine(subject);
  if (/^[\u0020-\u007e]{0,60}$/.test(line)) return line;
  const words: string[] = [""];
  for (const character of line) {
    const longer = words.at(-1)! + character;
    if (Buffer.byteLength(longer) > ENCODED_WORD_BYTES) words.push(character);
    else words[words.length - 1] = longer;
  }
  return words.map((word) => `=?utf-8?B?${Buffer.from(word).toString("base64")}?=`).join("\r\n ");
}
