import { SECOND_MS } from "@drumline/core/clock";

import { HttpError, type Reply, type Route } from "../../http/index.ts";
import type { Mailbox, ReceivedMail } from "./mailbox.ts";
import {
  HTML_POLICY,
  oneClickUrlOf,
  PAGE_POLICY,
  toMailboxPage,
  toMailPage,
  toUnsubscribedPage,
} from "./mailbox-page.ts";

const ANSWER_WITHIN_MS = 15 * SECOND_MS;

/** The mail that went out, as a mail program shows it: its HTML in a frame that runs nothing, and one click to unsubscribe. */
export function mailboxRoutes(mailbox: Mailbox): Route[] {
  const find = (id: string): ReceivedMail => {
    const mail = mailbox.find(id);
    if (mail !== null) return mail;
    throw new HttpError(404, { code: "NO_SUCH_MAIL", message: `the mailbox holds no mail ${id}` });
  };
  return [
    {
      method: "GET",
      path: "/mailbox",
      about: "The mail that went out",
      auth: null,
      handle: () => page(toMailboxPage(mailbox.list()), PAGE_POLICY),
    },
    {
      method: "GET",
      path: "/mailbox/:id",
      about: "One mail",
      auth: null,
      handle: ({ params }) => page(toMailPage(find(params["id"]!)), PAGE_POLICY),
    },
    {
      method: "GET",
      path: "/mailbox/:id/html",
      about: "The HTML of a mail, which runs and loads nothing",
      auth: null,
      // Its links open beside the mailbox.
      handle: ({ params }) => page(`<base target="_blank">\n${find(params["id"]!).html ?? ""}`, HTML_POLICY),
    },
    {
      method: "POST",
      path: "/mailbox/:id/unsubscribe",
      about: "Posts List-Unsubscribe=One-Click to the address that a mail gives, as mail programs do (RFC 8058)",
      auth: null,
      reads: "text",
      handle: async ({ params }) => {
        const mail = find(params["id"]!);
        const url = oneClickUrlOf(mail);
        if (url === null)
          throw new HttpError(409, { code: "NO_ONE_CLICK", message: `mail ${mail.id} has no List-Unsubscribe-Post` });
        return page(toUnsubscribedPage(mail, await postOneClick(url)), PAGE_POLICY);
      },
    },
  ];
}

const page = (text: string, policy: string): Reply => ({
  status: 200,
  headers: {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  },
  text,
});

/** No cookie, no redirect. */
async function postOneClick(url: string): Promise<string> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }),
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    await answer.body?.cancel();
    return answer.ok ? `It was answered ${answer.status}: done.` : `It was answered ${answer.status}: not done.`;
  } catch {
    return "It was not answered.";
  }
}
