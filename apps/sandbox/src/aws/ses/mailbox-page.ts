import { escapeHtml } from "../../http/index.ts";
import type { ReceivedMail } from "./mailbox.ts";

/** Nothing is loaded, nothing runs; a frame may show a mail of ours. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/** What a mail says is nobody's code: no script, no form, nothing from elsewhere; its links open apart. */
export const HTML_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'";

/** What went out, for a person with a browser, newest first. */
export function toMailboxPage(mails: readonly ReceivedMail[]): string {
  const entries = mails.toReversed().map(
    ({ id, receivedAt, from, to, subject, text }) => `<details>
<summary>${escapeHtml(subject)} <small>to ${escapeHtml(to.join(", "))}, ${receivedAt}</small></summary>
<p><small>from ${escapeHtml(from)}; <a href="/mailbox/${escapeHtml(id)}">open</a></small></p>
<pre>${escapeHtml(text)}</pre>
</details>`,
  );
  const count = mails.length === 0 ? "No mail went out yet." : `${mails.length} mails went out; the newest is first.`;
  return toDocument("Mailbox", `<p>${count}</p>\n${entries.join("\n")}`);
}

/** One mail: its HTML in a frame, its text, and a button where it may be unsubscribed from by one click. */
export function toMailPage(mail: ReceivedMail): string {
  const { id, receivedAt, from, to, subject, text, html, headers } = mail;
  const link = headers["list-unsubscribe"];
  const button =
    oneClickUrlOf(mail) === null
      ? ""
      : `<form method="post" action="/mailbox/${escapeHtml(id)}/unsubscribe"><button>Unsubscribe</button></form>`;
  const frame =
    html === null
      ? ""
      : `<iframe title="The mail as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/mailbox/${escapeHtml(id)}/html"></iframe>\n<h2>As text</h2>\n`;
  return toDocument(
    subject,
    `<p><a href="/mailbox">All mails</a></p>
<p><small>from ${escapeHtml(from)} to ${escapeHtml(to.join(", "))}, ${receivedAt}${link === undefined ? "" : `; List-Unsubscribe: ${escapeHtml(link)}`}</small></p>
${button}
${frame}<pre>${escapeHtml(text)}</pre>`,
  );
}

export const toUnsubscribedPage = (mail: ReceivedMail, outcome: string): string =>
  toDocument(
    "Unsubscribe",
    `<p>The mail program posted List-Unsubscribe=One-Click. ${escapeHtml(outcome)}</p><p><a href="/mailbox/${escapeHtml(mail.id)}">Back to the mail</a></p>`,
  );

/** Where one click is posted to (RFC 8058); null where the mail does not offer it. */
export function oneClickUrlOf({ headers }: ReceivedMail): string | null {
  if (headers["list-unsubscribe-post"] !== "List-Unsubscribe=One-Click") return null;
  return /<(https?:[^>\s]+)>/i.exec(headers["list-unsubscribe"] ?? "")?.[1] ?? null;
}

const toDocument = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}, Drumline sandbox</title>
<style>body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}pre{white-space:pre-wrap;border-left:3px solid #ccc;padding-left:1rem}summary{cursor:pointer;padding:.4rem 0}iframe{width:100%;height:30rem;border:1px solid #ccc}</style>
<h1>${escapeHtml(title)}</h1>
${body}
</html>
`;
