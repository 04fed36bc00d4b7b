const known = new Set(Intl.supportedValuesOf("currency"));
const digitsByCurrency = new Map<string, number | null>();

/** Digits after the point of a currency: 2 for EUR, 0 for JPY; null for what is none. */
export function minorDigitsOf(currency: string): number | null {
  let digits = digitsByCurrency.get(currency);
  if (digits === undefined) {
    digits = known.has(currency) ? askIntl(currency) : null;
    if (digitsByCurrency.size < 1_000) digitsByCurrency.set(currency, digits);
  }
  return digits;
}

/**
 * An amount in minor units: "12.5" at 2 digits is 1250n. Null where it is no decimal amount below 10^12 units, or has
 * more decimals than that (zeros apart).
 */
export function toMinorUnits(amount: string, digits: number): bigint | null {
  const parts = /^(-?)(\d{1,12})(?:\.(\d+))?$/.exec(amount);
  if (parts === null) return null;
  const [, sign, whole, fraction = ""] = parts;
  if (/[1-9]/.test(fraction.slice(digits))) return null;
  const minor = BigInt(whole! + fraction.slice(0, digits).padEnd(digits, "0"));
  return sign === "-" ? -minor : minor;
}

/** "163.21" BRL is 16321n, "500" JPY is 500n. Throws an `Error` on anything that is not an amount of that currency. */
export function parseMinorUnits(amount: string, currency: string): bigint {
  // A code that Intl has not heard of yet has the digits it gives to any such code.
  const digits = minorDigitsOf(currency) ?? (/^[A-Z]{3}$/.test(currency) ? askIntl(currency) : null);
  if (digits === null) throw new Error(`expected a currency code such as BRL, got "${currency}"`);
  const minor = toMinorUnits(amount, digits);
  if (minor === null)
    throw new Error(
      `expected a decimal amount such as 163.21, with at most ${digits} decimals for ${currency}, got "${amount}"`,
    );
  return minor;
}

const askIntl = (currency: string): number =>
  new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits!;
