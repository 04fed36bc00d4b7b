const digitsByCurrency = new Map<string, number>();

/** "163.21" BRL → 16321n, "500" JPY → 500n. Throws on anything that is not an amount of that currency. */
export function parseMinorUnits(amount: string, currency: string): bigint {
  const digits = fractionDigitsOf(currency);
  const parts = /^(-?)(\d{1,12})(?:\.(\d+))?$/.exec(amount);
  if (parts === null) throw new Error(`expected a decimal amount such as 163.21, got "${amount}"`);
  const [, sign, whole, fraction = ""] = parts;
  if (/[1-9]/.test(fraction.slice(digits)))
    throw new Error(`expected at most ${digits} decimals for ${currency}, got "${amount}"`);
  const minor = BigInt(whole! + fraction.slice(0, digits).padEnd(digits, "0"));
  return sign === "-" ? -minor : minor;
}

function fractionDigitsOf(currency: string): number {
  const known = digitsByCurrency.get(currency);
  if (known !== undefined) return known;
  if (!/^[A-Z]{3}$/.test(currency)) throw new Error(`expected a currency code such as BRL, got "${currency}"`);
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits!;
  digitsByCurrency.set(currency, digits);
  return digits;
}
