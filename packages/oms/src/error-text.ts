import { messageOf } from "@drumline/core/errors";
import { toStorableText } from "@drumline/core/text";

const LONGEST = 2_000;

/**
 * What went wrong, for a column that a person reads. An outside system's answer may stand in it, with NUL characters and
 * of any length.
 */
export const toErrorText = (error: unknown): string => toStorableText(messageOf(error), LONGEST);
