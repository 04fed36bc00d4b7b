import type { RestoreLink } from "@drumline/shop/queries";

import { escapeHtml, pagePolicyOf } from "./link-pages.ts";

type Words = Readonly<Record<RestoreLink["state"] | "button" | "toCart", string>>;

const WORDS: Readonly<Record<string, Words>> = {
  en: {
    READY: "Your cart is still there",
    RESTORED: "Your cart is back",
    BOUGHT: "You have ordered this already",
    EXPIRED: "This link has run out",
    UNKNOWN: "This link leads nowhere",
    button: "Bring my cart back",
    toCart: "To my cart",
  },
  nl: {
    READY: "Je winkelwagen staat nog klaar",
    RESTORED: "Je winkelwagen is terug",
    BOUGHT: "Je hebt dit al besteld",
    EXPIRED: "Deze link is verlopen",
    UNKNOWN: "Deze link leidt nergens naartoe",
    button: "Winkelwagen terughalen",
    toCart: "Naar mijn winkelwagen",
  },
  tr: {
    READY: "Sepetiniz hâlâ duruyor",
    RESTORED: "Sepetiniz geri geldi",
    BOUGHT: "Bunu zaten sipariş ettiniz",
    EXPIRED: "Bu bağlantının süresi doldu",
    UNKNOWN: "Bu bağlantı geçersiz",
    button: "Sepetimi geri getir",
    toCart: "Sepetime git",
  },
};

const STYLE =
  "body{font:18px/1.5 system-ui,sans-serif;max-width:32rem;margin:12vh auto;padding:0 1rem;color:#222;background:#fff}" +
  "button,a{font:inherit;display:inline-block;padding:.6rem 1.2rem;border:0;border-radius:.4rem;background:#1f5fbf;color:#fff;text-decoration:none}";

export const PAGE_POLICY = pagePolicyOf(STYLE);

/** What a shopper sees behind the link of a reminder. Its button posts to the page's own address. */
export function renderRestorePage({ state, locale, lines }: RestoreLink, cartUrl: string | null): string {
  const language = Object.hasOwn(WORDS, locale.slice(0, 2)) ? locale.slice(0, 2) : "en";
  const words = WORDS[language]!;
  const listed = state === "READY" || state === "RESTORED" ? lines : [];
  const items = listed.map(({ title, quantity }) => `<li>${quantity} × ${escapeHtml(title)}</li>`).join("");
  const button = state === "READY" ? `<form method="post"><button>${words.button}</button></form>` : "";
  const link =
    state === "RESTORED" && cartUrl !== null ? `<p><a href="${escapeHtml(cartUrl)}">${words.toCart}</a></p>` : "";
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${words[state]}</title><style>${STYLE}</style></head><body><h1>${words[state]}</h1><ul>${items}</ul>${button}${link}</body></html>`;
}
