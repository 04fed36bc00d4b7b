import { toStorableText } from "@drumline/core/text";

import type { ProblemSubject } from "./problem-kind.ts";

const TYPE_CODE_POINTS = 64;
/** An index entry of PostgreSQL holds 2,700 bytes. */
export const KEY_CODE_POINTS = 256;
export const REASON_CODE_POINTS = 2_000;
export const NOTE_CODE_POINTS = 1_000;

/** The same subject must always become the same text: what opens a problem and what closes it both come by here. */
export const toStorableSubject = ({ type, key }: ProblemSubject): ProblemSubject => ({
  type: toStorableText(type, TYPE_CODE_POINTS),
  key: toStorableText(key, KEY_CODE_POINTS),
});
