const digitsByCurrency = new Map<string, number | null>();

/** Digits after the point of a currency: 2 for EUR, 0 for JPY; null for what is none. */
export function minorDigitsOf(currency: string): number | null {
  let digits = digitsByCurrency.get(currency);
  if (digits === undefined) {
    digits = isCurrency(currency)
      ? new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits!
      : null;
    if (digitsByCurrency.size < 1_000) digitsByCurrency.set(currency, digits);
  }
  return digits;
}

const known = new Set(Intl.supportedValuesOf("currency"));
const isCurrency = (code: string): boolean => known.has(code);

/** "12.5" of EUR is 1250. Null where it is no amount, has more digits than the currency, or is beyond 10^12 units. */
export function parseMinor(text: string, digits: number): number | null {
  const match = /^(\d{1,12})(?:\.(\d{1,4}))?$/.exec(text);
  if (match === null) return null;
  const fraction = (match[2] ?? "").replace(/0+$/, "");
  if (fraction.length > digits) return null;
  return Number(match[1]) * 10 ** digits + Number(fraction.padEnd(digits, "0") || "0");
}
