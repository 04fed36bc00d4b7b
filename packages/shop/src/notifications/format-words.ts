import { minorDigitsOf } from "@drumline/core/money";

const amounts = new Map<string, Intl.NumberFormat>();
const days = new Map<string, Intl.DateTimeFormat>();

/** 123450n EUR is "€ 1.234,50" in nl. By digits and not by a float, so that any amount is right. */
export function formatAmount(minor: bigint, currency: string, locale: string): string {
  const digits = minorDigitsOf(currency);
  const decimal = toDecimal(minor, digits ?? 2);
  if (digits === null) return `${decimal} ${currency}`;
  const name = `${locale} ${currency}`;
  const format = kept(amounts, name, () => {
    const exact = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return new Intl.NumberFormat(locale, { style: "currency", currency, ...exact });
  });
  // ECMA-402 has taken decimal digits as text since 2023; the library's type still asks for a number.
  return format.format(decimal as unknown as number);
}

/** The day in words, where the reader is. */
export function formatDay(at: Date, locale: string, timeZone: string): string {
  const make = () => new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone });
  return kept(days, `${locale} ${timeZone}`, make).format(at);
}

/** The locale as it was asked for where Intl knows it and the mail is in its language; else the language of the mail. */
export function toFormatLocale(locale: string, language: string): string {
  try {
    const [known] = Intl.getCanonicalLocales(locale.replaceAll("_", "-"));
    if (known !== undefined && new Intl.Locale(known).language === language) return known;
  } catch {
    // No locale at all: the language of the mail is one.
  }
  return language;
}

function toDecimal(minor: bigint, digits: number): string {
  const sign = minor < 0n ? "-" : "";
  const text = String(minor < 0n ? -minor : minor).padStart(digits + 1, "0");
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

const MOST_KEPT = 500;

/** Making a format costs more than a mail; what people write as locale or zone must not fill the memory. */
function kept<Format>(formats: Map<string, Format>, name: string, make: () => Format): Format {
  let format = formats.get(name);
  if (format === undefined) {
    if (formats.size >= MOST_KEPT) formats.clear();
    formats.set(name, (format = make()));
  }
  return format;
}
