import { toStorableText } from "@drumline/core/text";

import { formatAmount, formatDay, toFormatLocale } from "./format-words.ts";

/** What any template may name. Every name is there in every kind, so that a template with a wrong one fails in tests. */
export interface TemplateData {
  readonly language: string;
  readonly locale: string;
  readonly shop: { readonly name: string };
  /** Null: greet without one. */
  readonly name: string | null;
  readonly order: {
    readonly reference: string;
    readonly placedOn: string;
    readonly total: string;
    readonly lines: readonly { readonly quantity: number; readonly title: string; readonly amount: string }[];
    readonly hasAddress: boolean;
    readonly address: readonly string[];
  };
  /** `name`: carrier and tracking number, as far as they are known; null where neither is. */
  readonly parcel: { readonly name: string | null; readonly trackingUrl: string | null };
  readonly refund: { readonly amount: string };
  readonly product: { readonly title: string; readonly price: string | null; readonly url: string | null };
  readonly cart: {
    readonly lines: readonly { readonly quantity: number; readonly title: string }[];
    readonly url: string;
  };
  readonly confirmUrl: string;
  readonly unsubscribeUrl: string;
}

export interface MailOrder {
  readonly reference: string;
  readonly placedAt: Date;
  readonly currency: string;
  readonly totalMinor: bigint;
  readonly lines: readonly { readonly title: string; readonly quantity: number; readonly priceMinor: bigint }[];
  readonly shipTo: Readonly<Record<string, unknown>>;
}

/** What a mail is about, as plain facts; what its kind does not need is left out. */
export interface MailFacts {
  readonly name?: string | null;
  readonly order?: MailOrder;
  readonly parcel?: {
    readonly carrier: string;
    readonly trackingNumber: string | null;
    readonly trackingUrl: string | null;
  };
  readonly refund?: { readonly amountMinor: bigint; readonly currency: string };
  readonly product?: {
    readonly title: string;
    readonly priceMinor: bigint | null;
    readonly currency: string | null;
    readonly url: string | null;
  };
  readonly cart?: {
    readonly lines: readonly { readonly quantity: number; readonly title: string }[];
    readonly url: string;
  };
  readonly confirmUrl?: string;
  readonly unsubscribeUrl?: string;
}

export interface MailReader {
  /** Of the template. */
  readonly language: string;
  /** As the person has it; amounts and dates follow it where it is of the same language. */
  readonly locale: string;
  readonly timeZone: string;
  readonly shopName: string;
}

/** The facts in the reader's language and zone, each text on one line: nothing in them can begin a header or a line of its own. */
export function toTemplateData(
  facts: MailFacts,
  { language, timeZone, shopName, ...reader }: MailReader,
): TemplateData {
  const locale = toFormatLocale(reader.locale, language);
  const { order, parcel, refund, product, cart } = facts;
  const amount = (minor: bigint, currency: string) => formatAmount(minor, currency, locale);
  const address = order === undefined ? [] : toAddressLines(order.shipTo);
  const parcelName = [parcel?.carrier, parcel?.trackingNumber].filter((word) => word).join(" ");
  return toOneLineEach({
    language,
    locale,
    shop: { name: shopName },
    name: facts.name?.trim() || null,
    order: {
      reference: order?.reference ?? "",
      placedOn: order === undefined ? "" : formatDay(order.placedAt, locale, timeZone),
      total: order === undefined ? "" : amount(order.totalMinor, order.currency),
      lines: (order?.lines ?? []).map(({ title, quantity, priceMinor }) => ({
        title,
        quantity,
        amount: amount(priceMinor * BigInt(quantity), order!.currency),
      })),
      hasAddress: address.length > 0,
      address,
    },
    parcel: { name: parcelName || null, trackingUrl: toWebUrl(parcel?.trackingUrl) },
    refund: { amount: refund === undefined ? "" : amount(refund.amountMinor, refund.currency) },
    product: {
      title: product?.title ?? "",
      price: product?.priceMinor && product.currency ? amount(product.priceMinor, product.currency) : null,
      url: toWebUrl(product?.url),
    },
    cart: { lines: (cart?.lines ?? []).map(({ title, quantity }) => ({ title, quantity })), url: cart?.url ?? "" },
    confirmUrl: facts.confirmUrl ?? "",
    unsubscribeUrl: facts.unsubscribeUrl ?? "",
  });
}

/** An address that leads to a page, and not one that runs what it says (javascript:). */
function toWebUrl(url: string | null | undefined): string | null {
  return url && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? new URL(url).href : null;
}

function toAddressLines(shipTo: MailOrder["shipTo"]): string[] {
  const words = (...names: string[]) =>
    names
      .map((name) => shipTo[name])
      .filter((word): word is string => typeof word === "string" && word.trim() !== "")
      .join(" ");
  return [
    words("company"),
    words("line1"),
    words("line2"),
    words("postalCode", "city"),
    words("region"),
    words("country"),
  ].filter((line) => line !== "");
}

// Control characters, the line ends of Unicode, and what turns the direction of what follows.
const UNFIT = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

function toOneLineEach<Value>(value: Value): Value {
  if (typeof value === "string") return toStorableText(value.replaceAll(UNFIT, " ").trim()) as Value;
  if (Array.isArray(value)) return value.map(toOneLineEach) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, toOneLineEach(field)])) as Value;
}
