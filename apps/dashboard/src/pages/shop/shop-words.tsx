import { Money } from "../../parts/money.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { type Tone, toWord } from "../../parts/status.ts";

/** What a word of the shop means to whoever looks: done, wrong, waiting for a person, under way, over. */
const TONES: Readonly<Record<string, Tone>> = {
  HELD: "late",
  REFUND_DUE: "late",
  CHARGED_BACK: "failed",
  NOT_PAID: "skipped",
  FAILED: "failed",
  UNKNOWN: "late",
  PAID: "finished",
  DELIVERED: "finished",
  REFUNDED: "finished",
  BOUGHT: "finished",
  NOTIFIED: "finished",
  CONFIRMED: "running",
  PACKED: "running",
  SHIPPED: "running",
  AUTHORIZED: "running",
  PROCESSING: "running",
  PARTIALLY_REFUNDED: "running",
  CANCELLED: "skipped",
  CANCELED: "skipped",
  EXPIRED: "skipped",
  ENDED: "skipped",
  ERASED: "skipped",
  SUPERSEDED: "skipped",
  UNSUBSCRIBED: "skipped",
};

export const ShopStatus = ({ word }: { readonly word: string }) => (
  <StatusBadge tone={TONES[word] ?? "planned"} word={toWord(word)} />
);

/** An amount as the shop's tables have it, in the smallest unit of its currency. */
export function MinorMoney({
  minor,
  currency,
}: {
  readonly minor: number | string | null;
  readonly currency: string | null;
}) {
  if (minor === null || currency === null) return <span className="meta">–</span>;
  return <Money amount={toMajor(String(minor), digitsOf(currency))} currency={currency} />;
}

function digitsOf(currency: string): number {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** As text, so that no digit is lost. */
function toMajor(minor: string, digits: number): string {
  if (digits === 0) return minor;
  const sign = minor.startsWith("-") ? "-" : "";
  const padded = minor.replace("-", "").padStart(digits + 1, "0");
  return `${sign}${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
}
