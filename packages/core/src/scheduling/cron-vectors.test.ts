import { existsSync, readFileSync } from "node:fs";

import { describe, expect, it } from "@jest/globals";

import { InvalidSchedule, nextDue, parseCrontab } from "./index.ts";

/** Conformance vectors stated by open test suites; not part of the repository. */
const FILE = new URL("../../../../../shared/data/cron-vectors.json", import.meta.url);

interface Vector {
  id: string;
  expr: string;
  fields: 5 | 6;
  tz: string;
  from: string;
  inclusive: boolean;
  expected: string[];
  policy: Record<string, unknown>;
}

interface VectorFile {
  vectors: Vector[];
  invalid: { expr: string; why: string }[];
  equivalent: { exprs: string[] }[];
  field_values: { field: "minute" | "day_of_month" | "month"; expr: string; values: number[] }[];
  contested_do_not_copy: { expr: string; tz: string; from: string; right: string[] }[];
}

if (existsSync(FILE)) testVectors(JSON.parse(readFileSync(FILE, "utf8")) as VectorFile);
else {
  it("finds the cron vectors", () => {
    console.warn(`skipped: no ${FILE.pathname}`);
    expect(process.env["CI"]).not.toBe("true");
  });
}

function testVectors(file: VectorFile) {
  describe("vectors our policy covers", () => {
    const covered = file.vectors.filter((vector) => isOurs(vector) && fiveFields(vector.expr, vector.fields) !== null);

    it("are most of the file", () => expect(covered.length).toBeGreaterThan(file.vectors.length / 2));

    it.each(covered.map((vector) => [`${vector.id} ${vector.expr} in ${vector.tz}`, vector] as const))(
      "%s",
      (_, { expr, fields, tz, from, inclusive, expected }) => {
        const text = fiveFields(expr, fields)!;
        if (expected.length === 0) expect(() => parseCrontab(text, "vector")).toThrow(/never fires/);
        else expect(occurrences(text, tz, from, expected.length, inclusive)).toEqual(expected.map(toIso));
      },
    );

    it("refuses what is not standard syntax with words about it", () => {
      const extended = file.vectors.filter(({ policy }) => policy["ext"] !== undefined);
      for (const { id, expr, fields } of extended) {
        const text = fiveFields(expr, fields);
        if (text === null || text.includes("6-7")) continue;
        const refusal = refusalOf(text);
        expect({ id, problem: refusal?.problem }).toEqual({ id, problem: expect.stringMatching(/write|use/) });
      }
    });
  });

  it.each(file.invalid)("refuses $expr ($why)", ({ expr }) => {
    expect(() => parseCrontab(expr, "vector")).toThrow(InvalidSchedule);
    // With seconds, the last five fields carry the mistake unless the seconds do.
    const dropped = expr.split(" ").slice(1).join(" ");
    if (expr.split(" ").length === 6 && expr.startsWith("* "))
      expect(() => parseCrontab(dropped, "vector")).toThrow(InvalidSchedule);
  });

  it.each(file.equivalent)("reads $exprs as the same", ({ exprs }) => {
    const [first, ...others] = exprs.map((expr) => occurrences(expr, "UTC", "2026-01-01T00:00:00Z", 40));
    for (const other of others) expect(other).toEqual(first);
  });

  it.each(file.field_values)("reads $field $expr as $values", ({ field, expr, values }) => {
    const texts = { minute: `${expr} * * * *`, day_of_month: `0 0 ${expr} * *`, month: `0 0 1 ${expr} *` };
    const crontab = parseCrontab(texts[field], "vector");
    const read = { minute: crontab.minute, day_of_month: crontab.dayOfMonth, month: crontab.month };
    expect(read[field].values).toEqual(values);
  });

  it.each(
    file.contested_do_not_copy.flatMap((contested) => {
      const text = fiveFields(contested.expr, contested.expr.split(" ").length as 5 | 6);
      return text === null ? [] : [{ ...contested, text }];
    }),
  )("does $expr in $tz right, where others do not", ({ text, tz, from, right }) => {
    expect(occurrences(text, tz, from, right.length)).toEqual(right.map(toIso));
  });
}

function isOurs({ policy }: Vector): boolean {
  const ours: Record<string, (value: unknown) => boolean> = {
    dom_dow: (value) => value === "or",
    star_step_is_star: (value) => value === false,
    full_range_is_star: (value) => value === false,
    gap: (value) => value === "next-instant" || value === "shift-or-next-instant",
    fold: (value) => value === "first",
    fold_interval: (value) => value === "both",
    interval_means: (value) => value === "hour field is a range or step",
    ext: (value) => Array.isArray(value) && value.every((word) => word === "7=Sunday in a range"),
  };
  return Object.entries(policy).every(([tag, value]) => ours[tag]?.(value) === true);
}

/** Null where the seconds are not 0. */
function fiveFields(expr: string, fields: 5 | 6): string | null {
  if (fields === 5) return expr;
  return expr.startsWith("0 ") ? expr.slice(2) : null;
}

function occurrences(expr: string, timezone: string, from: string, count: number, inclusive = false): string[] {
  const trigger = { kind: "crontab", crontab: parseCrontab(expr, "vector"), timezone } as const;
  const anchor = new Date(0);
  const found: string[] = [];
  let after = new Date(new Date(from).getTime() - (inclusive ? 1 : 0));
  while (found.length < count) {
    after = nextDue(trigger, after, anchor)!;
    found.push(after.toISOString());
  }
  return found;
}

function refusalOf(text: string): InvalidSchedule | null {
  try {
    parseCrontab(text, "vector");
    return null;
  } catch (error) {
    return error as InvalidSchedule;
  }
}

function toIso(text: string): string {
  return new Date(text).toISOString();
}
