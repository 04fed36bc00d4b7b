import type { Field, Row } from "./kinds.ts";

/** What the fields of a form hold: text, or whether a switch is on. */
export type FormValues = Readonly<Record<string, string | boolean>>;

export function toFormValues(fields: readonly Field[], row: Row): FormValues {
  return Object.fromEntries(fields.map((field) => [field.name, toFormValue(field, row[field.name])]));
}

function toFormValue({ kind }: Field, value: unknown): string | boolean {
  if (kind === "switch") return value === true;
  // What is set of a secret never comes back.
  if (kind === "secret" || value === null || value === undefined) return "";
  if (kind === "list") return (value as string[]).join("\n");
  if (kind === "pairs")
    return Object.entries(value as Record<string, string>)
      .map(([name, column]) => `${name} = ${column}`)
      .join("\n");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Only what was changed: what is left out stays as it is. */
export function toPatch(fields: readonly Field[], before: FormValues, now: FormValues): Record<string, unknown> {
  const changed = fields.filter(({ name }) => now[name] !== before[name]);
  return Object.fromEntries(changed.map((field) => [field.name, toWireValue(field, now[field.name]!)]));
}

function toWireValue({ kind, mayBeEmpty }: Field, value: string | boolean): unknown {
  if (typeof value === "boolean") return value;
  if (kind === "number") return value.trim() === "" ? null : Number(value);
  const lines = value
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (kind === "list") return lines;
  if (kind === "pairs") return Object.fromEntries(lines.map((line) => line.split("=").map((part) => part.trim())));
  return value === "" && mayBeEmpty === true ? null : value;
}
