import { createMailTemplates, type RenderedMail } from "./mail-templates.ts";
import type { NoticeKind } from "./save-notices.sql.ts";
import { type MailFacts, toTemplateData } from "./template-data.ts";

/** Facts of every kind at once, for looking at templates and for trying them. */
export const SAMPLE_FACTS: Required<MailFacts> = {
  name: "Ada Yılmaz",
  order: {
    reference: "W-10042",
    placedAt: new Date("2026-11-20T09:30:00Z"),
    currency: "EUR",
    totalMinor: 123_450n,
    lines: [
      { title: "Snare drum, 14 inch", quantity: 1, priceMinor: 119_950n },
      { title: "Drum key", quantity: 2, priceMinor: 1_750n },
    ],
    shipTo: { line1: "Keizersgracht 1", postalCode: "1015 CN", city: "Amsterdam", country: "NL" },
  },
  parcel: { carrier: "PostNL", trackingNumber: "3SDEVC1234567", trackingUrl: "https://tracking.example/3SDEVC1234567" },
  refund: { amountMinor: 1_750n, currency: "EUR" },
  product: {
    title: "Snare drum, 14 inch",
    priceMinor: 119_950n,
    currency: "EUR",
    url: "https://shop.example/snare-14",
  },
  cart: { lines: [{ title: "Drum key", quantity: 2 }], url: "https://shop.example/shop/restore/sample" },
  confirmUrl: "https://shop.example/shop/confirm?token=sample",
  unsubscribeUrl: "https://shop.example/shop/unsubscribe?token=sample",
};

/** A mail of this kind about an order that never was, by the templates that a worker with these settings would take. */
export function previewMail(
  kind: NoticeKind,
  { locale, folder, shopName }: { readonly locale: string; readonly folder: string | null; readonly shopName: string },
): RenderedMail & { readonly language: string } {
  const templates = createMailTemplates({ folder });
  const language = templates.languageOf(kind, locale);
  const data = toTemplateData(SAMPLE_FACTS, { language, locale, timeZone: "Europe/Amsterdam", shopName });
  return { ...templates.render(kind, data), language };
}
