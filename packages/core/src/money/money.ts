/**
 * Currencies whose smallest unit is not a hundredth (ISO 4217, column "minor unit"). Intl is not asked: it says how people
 * write prices (no decimals of a forint), and that changes with its release.
 */
const OTHER_DIGITS: ReadonlyMap<string, number> = new Map([
  ..."BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" ").map((code) => [code, 0] as const),
  ..."BHD IQD JOD KWD LYD OMR TND".split(" ").map((code) => [code, 3] as const),
  ..."CLF UYW".split(" ").map((code) => [code, 4] as const),
]);
const USUAL_DIGITS = 2;
const known = new Set(Intl.supportedValuesOf("currency"));

/** Digits after the point of a currency: 2 for EUR, 0 for JPY; null for what is none. */
export function minorDigitsOf(currency: string): number | null {
  return OTHER_DIGITS.get(currency) ?? (known.has(currency) ? USUAL_DIGITS : null);
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
  // A code that this Node has not heard of yet is most likely one with hundredths.
  const digits = minorDigitsOf(currency) ?? (/^[A-Z]{3}$/.test(currency) ? USUAL_DIGITS : null);
  if (digits === null) throw new Error(`expected a currency code such as BRL, got "${currency}"`);
  const minor = toMinorUnits(amount, digits);
  if (minor === null)
    throw new Error(
      `expected a decimal amount such as 163.21, with at most ${digits} decimals for ${currency}, got "${amount}"`,
    );
  return minor;
}
