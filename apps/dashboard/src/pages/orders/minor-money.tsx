import { Money } from "../../parts/money.tsx";

interface MinorMoneyProps {
  /** In the currency's smallest unit, as text. */
  readonly minor: string;
  readonly currency: string;
}

/** An amount in cents and the like, without losing a digit. */
export function MinorMoney({ minor, currency }: MinorMoneyProps) {
  return <Money amount={toMajor(minor, digitsOf(currency))} currency={currency} />;
}

function toMajor(minor: string, digits: number): string {
  const sign = minor.startsWith("-") ? "-" : "";
  const all = minor.replace("-", "").padStart(digits + 1, "0");
  return digits === 0 ? minor : `${sign}${all.slice(0, -digits)}.${all.slice(-digits)}`;
}

function digitsOf(currency: string): number {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}
