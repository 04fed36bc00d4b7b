import { DrumlineError } from "@drumline/core/errors";
import { minorDigitsOf, toMinorUnits } from "@drumline/core/money";

import type { Amount } from "./port.ts";

/** How a provider counts a currency, which need not be how ISO 4217 does. */
export interface WireUnits {
  /** Digits after the point, or zeros of an integer that stand for one whole. */
  readonly digits: number;
  /** What an integer must be a multiple of. */
  readonly multipleOf?: bigint;
}

export type UnitsOf = (currency: string) => WireUnits;

/** An amount that a provider has no way to write, or one of its amounts that is finer than its currency. */
export class AmountNotPossible extends DrumlineError {
  constructor(problem: string) {
    super(problem, { code: "AMOUNT_NOT_POSSIBLE" });
  }
}

const among = (words: string): ReadonlySet<string> => new Set(words.split(" "));

const MOLLIE_WHOLE = among("ISK JPY");
/** Mollie writes decimals, HUF with two of them as well. */
export const mollieUnits: UnitsOf = (currency) => ({ digits: MOLLIE_WHOLE.has(currency) ? 0 : 2 });

const STRIPE_WHOLE = among("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF");
const STRIPE_THOUSANDS = among("BHD JOD KWD OMR TND");
/** Zero-decimal by now, and still written with two zeros. */
const STRIPE_ONCE_HUNDREDS = among("ISK UGX");
export const stripeUnits: UnitsOf = (currency) => {
  if (STRIPE_WHOLE.has(currency)) return { digits: 0 };
  // Card schemes behind Stripe take no thousandths.
  if (STRIPE_THOUSANDS.has(currency)) return { digits: 3, multipleOf: 10n };
  return STRIPE_ONCE_HUNDREDS.has(currency) ? { digits: 2, multipleOf: 100n } : { digits: 2 };
};

/** CVE and IDR are whole against ISO 4217; CLP and ISK have two digits against it, as every other. */
const ADYEN_WHOLE = among("CVE DJF GNF IDR JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF");
const ADYEN_THOUSANDS = among("BHD IQD JOD KWD LYD OMR TND");
export const adyenUnits: UnitsOf = (currency) => ({
  digits: ADYEN_WHOLE.has(currency) ? 0 : ADYEN_THOUSANDS.has(currency) ? 3 : 2,
});

/** "12.50" EUR is 1250n. Throws `AmountNotPossible`. */
export function parseDecimal(value: string, currency: string): Amount {
  const minor = /^\d/.test(value) ? toMinorUnits(value, digitsOf(currency)) : null;
  if (minor !== null) return { minor, currency };
  const expected = `at most ${digitsOf(currency)} decimals and no sign`;
  throw new AmountNotPossible(`expected an amount of ${currency} with ${expected}, got "${value.slice(0, 40)}"`);
}

/** 1250n EUR is "12.50", with exactly the provider's decimals. Throws `AmountNotPossible`. */
export function toDecimal(amount: Amount, unitsOf: UnitsOf, provider: string): string {
  const { digits } = unitsOf(amount.currency);
  const text = toWireUnits(amount, unitsOf, provider)
    .toString()
    .padStart(digits + 1, "0");
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** An integer of the provider's: 1000 of CLP at Adyen is 10n, ten pesos. Throws `AmountNotPossible`. */
export function parseWireUnits(units: bigint, currency: string, unitsOf: UnitsOf): Amount {
  const minor = units < 0n ? null : rescale(units, unitsOf(currency).digits, digitsOf(currency));
  if (minor !== null) return { minor, currency };
  throw new AmountNotPossible(
    `${units} with ${unitsOf(currency).digits} digits after the point is no amount of ${currency}, which has ${digitsOf(currency)}`,
  );
}

/** 10n CLP is 1000 at Adyen. Throws `AmountNotPossible`. */
export function toWireUnits({ minor, currency }: Amount, unitsOf: UnitsOf, provider: string): bigint {
  const { digits, multipleOf = 1n } = unitsOf(currency);
  const units = minor < 0n ? null : rescale(minor, digitsOf(currency), digits);
  if (units !== null && units % multipleOf === 0n) return units;
  throw new AmountNotPossible(
    `${provider} cannot be told ${minor} minor units of ${currency}: it counts that currency with ${digits} digits after ` +
      `the point${multipleOf === 1n ? "" : `, in steps of ${multipleOf}`}. Round the amount to what it can count.`,
  );
}

/** Null where digits that are not zero would be lost. */
function rescale(units: bigint, from: number, to: number): bigint | null {
  if (to >= from) return units * 10n ** BigInt(to - from);
  const divisor = 10n ** BigInt(from - to);
  return units % divisor === 0n ? units / divisor : null;
}

/** Ours: those of the currency itself. A code that is unknown here is counted as most are. */
const digitsOf = (currency: string): number => minorDigitsOf(currency) ?? 2;
