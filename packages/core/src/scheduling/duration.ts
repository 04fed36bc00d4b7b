import { exampleLine, InvalidSchedule, siblingKey } from "./invalid-schedule.ts";

/** Ten years: longer waits are a slip, and would overflow timers and columns further on. */
export const MAX_INTERVAL_SECONDS = 315_360_000;

const UNIT_FACTORS: readonly (readonly [RegExp, string])[] = [
  [/^s(ec(ond)?s?)?$/i, ""],
  [/^m(in(ute)?s?)?$/i, "60*"],
  [/^h((ou)?rs?)?$/i, "60*60*"],
  [/^d(ays?)?$/i, "60*60*24*"],
  [/^w(eeks?)?$/i, "60*60*24*7*"],
];

/**
 * Seconds between runs, as the OMS guide writes them: `60`, `60*5`, `3 * 60 * 60`. A product of whole numbers,
 * read by hand and never evaluated; from 1 second to 10 years. Throws `InvalidSchedule`.
 */
export function parseDurationSeconds(raw: string, source: string): number {
  const value = raw.trim();
  const refuse = (problem: string, example = "60*5"): never => {
    throw new InvalidSchedule({ source, value, problem, example: exampleLine(source, example) });
  };
  const factors = value.split("*").map((factor) => factor.trim());
  if (!factors.every((factor) => /^\d+$/.test(factor))) return refuse(...explain(value, source));

  let seconds = 1n;
  for (const factor of factors) {
    const digits = factor.replace(/^0+(?=\d)/, "");
    // Twelve digits are over the maximum already: BigInt never has to read a huge number.
    if (digits.length > 12) return refuse("is more than 10 years", "60*60*24");
    seconds *= BigInt(digits);
    if (seconds === 0n) return refuse("is 0 seconds; the shortest interval is 1 second");
    if (seconds > MAX_INTERVAL_SECONDS) return refuse("is more than 10 years (315360000 seconds)", "60*60*24");
  }
  return Number(seconds);
}

function explain(value: string, source: string): [problem: string, example?: string] {
  const [, amount, unit] = /^(\d{1,6})\s*([a-z]+)$/i.exec(value) ?? [];
  const factor = UNIT_FACTORS.find(([word]) => word.test(unit ?? ""))?.[1];
  if (amount !== undefined && factor !== undefined)
    return ["has a unit; write seconds, as a number or a product", `${factor}${amount}`];
  if (value === "") return ["is empty; expected seconds"];
  if (/^\d+(\.\d+)?e[+-]?\d+$/i.test(value) || /^0[xob]/i.test(value))
    return ["is not in plain decimal digits; expected seconds such as 300 or 60*5"];
  if (/\*\s*\*/.test(value) && /^[\d*\s]+$/.test(value))
    return ["has two * in a row; there are no powers, only products such as 60*60"];
  if (/^[\d*\s]+$/.test(value) && /^\*|\*$/.test(value)) return ["starts or ends with *; a factor is missing"];
  if (/^[\d\s*]+$/.test(value)) return ["has two numbers without a * between them; expected a product such as 60*5"];
  if (/^[-−]/.test(value)) return ["is negative; expected seconds from 1 to 315360000"];
  if (looksLikeCrontab(value)) {
    const key = siblingKey(source, "_CRONTAB");
    return [
      key === source
        ? "is a crontab, not seconds"
        : `is a crontab, not seconds; remove this key and set ${key}=${value}`,
    ];
  }
  if (/^\d+[.,]\d+$/.test(value)) return ["is not a whole number of seconds"];
  return ["is not seconds; expected whole numbers, multiplied with * where that reads better"];
}

function looksLikeCrontab(value: string): boolean {
  return value.split(/\s*,\s*|\s+/).length === 5 && /^[\d*/,\-\sa-z]+$/i.test(value);
}
