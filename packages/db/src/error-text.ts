import { messageOf } from "@drumline/core/errors";
import { toStorableText } from "@drumline/core/text";
import { sqlStateOf } from "./data-errors.ts";

const LONGEST = 2_000;

/**
 * What went wrong, for a column that a person reads. An outside system's answer may stand in it, with NUL characters and
 * of any length; so many code points of it are kept.
 */
export const toErrorText = (error: unknown, mostCodePoints = LONGEST): string =>
  toStorableText(messageOf(error), mostCodePoints);

/** Why the database refused an item: in its own words, with the SQLSTATE. */
export function toRefusalText(error: unknown): string {
  const said = messageOf(error);
  return toStorableText(
    said.includes("(SQLSTATE ") ? said : `${said} (SQLSTATE ${sqlStateOf(error) ?? "unknown"})`,
    LONGEST,
  );
}
