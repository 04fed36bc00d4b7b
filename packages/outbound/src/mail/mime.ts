import type { MailMessage } from "./port.ts";

export interface MimeOptions {
  readonly from: string;
  /** mailto: or https: address; where `{recipient}` stands, the address of the first recipient goes. Null: no way out is named. */
  readonly unsubscribeUrl: string | null;
}

/**
 * A message as bytes, with the headers that SES's SendEmail cannot carry (RFC 2369, 8058); text and HTML are two readings
 * of one thing (multipart/alternative).
 */
export async function toMime({ to, subject, text, html }: MailMessage, options: MimeOptions): Promise<Buffer> {
  // Only workers that send mails carry it.
  const { default: MailComposer } = await import("nodemailer/lib/mail-composer");
  const mail = new MailComposer({
    from: toOneLine(options.from),
    to: [...to],
    subject: toOneLine(subject),
    text,
    ...(html === undefined || html === null ? {} : { html }),
    // Any text fits base64, and no line is longer than RFC 5322 allows.
    textEncoding: "base64",
    newline: "windows",
    headers: options.unsubscribeUrl === null ? {} : toUnsubscribeHeaders(options.unsubscribeUrl, to[0] ?? ""),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return mail.compile().build();
}

function toUnsubscribeHeaders(address: string, recipient: string): Record<string, string> {
  const url = toOneLine(address.replaceAll("{recipient}", encodeURIComponent(recipient)));
  return {
    "List-Unsubscribe": `<${url}>`,
    // One click without a page in between works over HTTPS only.
    ...(url.startsWith("https:") ? { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" } : {}),
  };
}

/** A line break in a name or a subject would begin a header of its own. */
export function toOneLine(value: string): string {
  return value.replaceAll(/\p{Cc}+/gu, " ").trim();
}
