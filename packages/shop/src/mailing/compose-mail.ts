import { emailHashOf, emailKeyOf } from "@drumline/core/text";
import type { NewMail } from "@drumline/outbound/mail";

import { FALLBACK_LANGUAGE, type MailTemplates } from "../notifications/mail-templates.ts";
import { NOTICE_KINDS, type NoticeKind } from "../notifications/save-notices.sql.ts";
import { toTemplateData } from "../notifications/template-data.ts";
import { toTimeZone } from "../people/time-zone.ts";
import type { MailList } from "../suppressions/suppression.sql.ts";
import { toUnsubscribeToken, unsubscribePathOf } from "../suppressions/unsubscribe-link.ts";
import type { NoticeFacts } from "./notice-facts.ts";

export interface MailTerms {
  readonly shopName: string;
  readonly shopUrl: string;
  readonly shopLinkKey: string;
  readonly shopTimeZone: string;
}

export interface ComposedMail {
  readonly mail: NewMail;
  /** Written in English, since no template is in the language of the person. */
  readonly isFallback: boolean;
}

/** As `mail.kind` has it: `shop-confirmed`. */
export const mailKindOf = (kind: NoticeKind): string => `shop-${kind}`;
export const MAIL_KINDS: readonly string[] = NOTICE_KINDS.map(mailKindOf);

const LISTS: Partial<Record<NoticeKind, MailList>> = { reminder: "reminders", "back-in-stock": "back-in-stock" };

/**
 * The mail of a notice that is to be mailed, under the notice's key. `linkPath` is the way to the cart, or to the
 * confirmation, and known to the mail alone. Throws where the template is wrong.
 */
export function composeMail(
  { notice, addressee, mail }: NoticeFacts,
  linkPath: string | null,
  templates: MailTemplates,
  terms: MailTerms,
): ComposedMail {
  const kind = notice.kind as NoticeKind;
  const { email, locale, timeZone } = addressee!;
  const language = templates.languageOf(kind, locale);
  const link = linkPath === null ? "" : toUrl(terms, linkPath);
  const list = LISTS[kind];
  const emailHash = emailHashOf(emailKeyOf(email!));
  const unsubscribeUrl =
    list === undefined
      ? null
      : toUrl(terms, unsubscribePathOf(toUnsubscribeToken({ list, emailHash }, terms.shopLinkKey)));
  const facts = {
    ...mail,
    ...(mail.cart === undefined ? {} : { cart: { ...mail.cart, url: link } }),
    confirmUrl: link,
    unsubscribeUrl: unsubscribeUrl ?? "",
  };
  const zone = toTimeZone(timeZone, terms.shopTimeZone);
  const data = toTemplateData(facts, { language, locale, timeZone: zone, shopName: terms.shopName });
  const written = templates.render(kind, data);
  return {
    isFallback: language === FALLBACK_LANGUAGE && !/^en\b/i.test(locale),
    mail: {
      key: notice.key,
      kind: mailKindOf(kind),
      recipient: email!,
      ...written,
      ...(unsubscribeUrl === null ? {} : { unsubscribe: true, unsubscribeUrl }),
    },
  };
}

/** Below SHOP_URL, which may have a path of its own. */
const toUrl = ({ shopUrl }: MailTerms, path: string): string => `${shopUrl.replace(/\/+$/, "")}${path}`;
