import { toStorableText } from "@drumline/core/text";

import type { ProblemSubject } from "./problem-kind.ts";

const TYPE_CODE_POINTS = 64;
/** An index entry of PostgreSQL holds 2,700 bytes. */
const KEY_CODE_POINTS = 256;

/** The same subject must always become the same text: what opens a problem and what closes it both come by here. */
export const toStorableSubject = ({ type, key }: ProblemSubject): ProblemSubject => ({
  type: toStorableText(type, TYPE_CODE_POINTS),
  key: toStorableText(key, KEY_CODE_POINTS),
});
