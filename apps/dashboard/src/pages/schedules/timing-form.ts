/** A timing as a form has it: by fields, or as the text they make. */
export type Timing =
  | { readonly kind: "interval"; readonly amount: string; readonly unit: IntervalUnit }
  | { readonly kind: "crontab"; readonly fields: CrontabFields; readonly timezone: string };

export const INTERVAL_UNITS = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const;
export type IntervalUnit = keyof typeof INTERVAL_UNITS;

export const CRONTAB_FIELDS = ["minute", "hour", "day of month", "month", "day of week"] as const;
export type CrontabFields = readonly [string, string, string, string, string];

/** What the api takes of a timing, to be validated or saved. */
export type TimingWish =
  { readonly everySeconds: number | string } | { readonly crontab: string; readonly timezone: string };

/** The form of a schedule as it is. */
export function toTiming(schedule: {
  readonly crontab: string | null;
  readonly everySeconds: number | null;
  readonly timezone: string | null;
}): Timing {
  if (schedule.crontab !== null)
    return { kind: "crontab", fields: readFields(schedule.crontab), timezone: schedule.timezone ?? "UTC" };
  return toInterval(schedule.everySeconds ?? 3_600);
}

/** In the largest unit that holds it exactly. */
export function toInterval(seconds: number): Timing {
  const units = (Object.keys(INTERVAL_UNITS) as IntervalUnit[]).toReversed();
  const unit = units.find((name) => seconds % INTERVAL_UNITS[name] === 0) ?? "seconds";
  return { kind: "interval", amount: String(seconds / INTERVAL_UNITS[unit]), unit };
}

/** The words of a person stay as they are, so that the server can say what is wrong with them. */
export function toTimingWish(timing: Timing): TimingWish {
  if (timing.kind === "crontab") return { crontab: timing.fields.join(" "), timezone: timing.timezone };
  const amount = timing.amount.trim();
  const factor = INTERVAL_UNITS[timing.unit];
  return { everySeconds: /^\d{1,9}$/.test(amount) ? Number(amount) * factor : `${amount}*${factor}` };
}

/** `300`, `60*5`, `5m`, or a crontab; the text box and the fields show the same. */
export function readTimingText(text: string, timezone: string): Timing | null {
  const plain = text.trim().replace(/^every\s+/i, "");
  const [, amount, letter] = /^(\d{1,9})\s*(s|m|h|d)$/i.exec(plain) ?? [];
  if (amount !== undefined) {
    const unit = (Object.keys(INTERVAL_UNITS) as IntervalUnit[]).find((name) =>
      name.startsWith(letter!.toLowerCase()),
    )!;
    return { kind: "interval", amount, unit };
  }
  if (/^\d+(\s*\*\s*\d+)*$/.test(plain) && !/\s\d/.test(plain.replaceAll(/\s*\*\s*/g, "*"))) {
    const seconds = plain.split("*").reduce((product, factor) => product * Number(factor), 1);
    return Number.isSafeInteger(seconds) && seconds > 0 ? toInterval(seconds) : null;
  }
  const fields = plain.split(/\s+/);
  const separated = fields.length === 5 ? fields : plain.split(",").map((field) => field.trim());
  if (separated.length !== 5 || separated.includes("")) return null;
  return { kind: "crontab", fields: separated as unknown as CrontabFields, timezone };
}

export function timingText(timing: Timing): string {
  if (timing.kind === "crontab") return timing.fields.join(" ");
  const { amount, unit } = timing;
  return `${amount}${unit.charAt(0)}`;
}

function readFields(crontab: string): CrontabFields {
  const fields = crontab.split(/\s+/);
  return fields.length === 5 ? (fields as unknown as CrontabFields) : ["0", "3", "*", "*", "*"];
}
