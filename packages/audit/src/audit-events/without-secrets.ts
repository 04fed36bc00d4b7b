import type { JsonValue } from "@drumline/core/task";

const SECRET_NAME =
  /(^|[-_.])(authorization|cookie|set-cookie|password|passwd|pwd|secret|token|api[-_]?key|signature|iban|cvv|cvc|card[-_]?number|pan)([-_.]|$)|(password|secret|token|apikey)$/i;

const HIDDEN = "[removed]";

/** A copy in which the value of every field named like a secret is gone, at any depth. Undefined fields are dropped. */
export function withoutSecrets(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return toJson(value);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => [name, SECRET_NAME.test(name) && field !== null ? HIDDEN : withoutSecrets(field)]),
  );
}

function toJson(value: unknown): JsonValue {
  if (typeof value === "bigint") return String(value);
  return value === undefined ? null : (value as JsonValue);
}
