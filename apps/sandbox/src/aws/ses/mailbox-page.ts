import { escapeHtml } from "../../http/index.ts";
import type { ReceivedMail } from "./mailbox.ts";

/** What went out, for a person with a browser, newest first. */
export function toMailboxPage(mails: readonly ReceivedMail[]): string {
  const entries = mails.toReversed().map(
    ({ receivedAt, from, to, subject, text, headers }) => `<details>
<summary>${escapeHtml(subject)} <small>to ${escapeHtml(to.join(", "))}, ${receivedAt}</small></summary>
<p><small>from ${escapeHtml(from)}${headers["list-unsubscribe"] === undefined ? "" : `; List-Unsubscribe: ${escapeHtml(headers["list-unsubscribe"])}`}</small></p>
<pre>${escapeHtml(text)}</pre>
</details>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Mailbox, Drumline sandbox</title>
<style>body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}pre{white-space:pre-wrap;border-left:3px solid #ccc;padding-left:1rem}summary{cursor:pointer;padding:.4rem 0}</style>
<h1>Mailbox</h1>
<p>${mails.length === 0 ? "No mail went out yet." : `${mails.length} mails went out; the newest is first.`}</p>
${entries.join("\n")}
</html>
`;
}
