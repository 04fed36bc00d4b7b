import MailComposer from "nodemailer/lib/mail-composer";

import type { MailMessage } from "./port.ts";

export interface MimeOptions {
  readonly from: string;
  /** mailto: or https: address; where `{recipient}` stands, the address of the first recipient goes. */
  readonly unsubscribeUrl: string;
}

/** A text message as bytes, with the headers that SES's SendEmail cannot carry (RFC 2369, 8058). */
export async function toMime({ to, subject, text }: MailMessage, options: MimeOptions): Promise<Buffer> {
  const url = options.unsubscribeUrl.replaceAll("{recipient}", encodeURIComponent(to[0] ?? ""));
  const mail = new MailComposer({
    from: toOneLine(options.from),
    to: [...to],
    subject: toOneLine(subject),
    text,
    // Any text fits base64, and no line is longer than RFC 5322 allows.
    textEncoding: "base64",
    newline: "windows",
    headers: {
      "List-Unsubscribe": `<${toOneLine(url)}>`,
      // One click without a page in between works over HTTPS only.
      ...(url.startsWith("https:") ? { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" } : {}),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return mail.compile().build();
}

/** A line break in a name or a subject would begin a header of its own. */
export function toOneLine(value: string): string {
  return value.replaceAll(/\p{Cc}+/gu, " ").trim();
}
