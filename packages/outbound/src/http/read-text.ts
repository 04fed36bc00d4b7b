import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";

import { excerptOf, parseJson, UnreadableJson } from "@drumline/core/text";
import type { JsonValue } from "@drumline/core/task";

import { type CallSite, UnusableAnswer } from "./errors.ts";

export interface TextAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface AskOptions<Value> {
  /** After unpacking; 2 MiB unless told. */
  readonly maxBytes?: number;
  /** What is not in the declared charset: "refuse" it (unless told), or "mark" it as U+FFFD where the text is only looked at. */
  readonly invalidText?: "refuse" | "mark";
  /** What is longer than `maxBytes`: "refuse" it (unless told), or "cut" it where its beginning is enough; then a body that breaks off is enough too. */
  readonly whenBigger?: "refuse" | "cut";
  /** Called while the answer's share of the budget is held. */
  readonly read?: (answer: TextAnswer) => Value;
}

const UTF_8 = "utf-8";

export function charsetOf(headers: IncomingHttpHeaders): string {
  const declared = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(headers["content-type"] ?? "")?.[1]?.toLowerCase();
  return declared === undefined || declared === "utf8" ? UTF_8 : declared;
}

/** Throws `UnusableAnswer` where it is strict and the bytes are not what they are declared to be, or the charset is unknown. */
export function decodeText(bytes: Buffer, charset: string, isStrict: boolean, site: CallSite, status: number): string {
  if (charset === UTF_8 && isUtf8(bytes)) return withoutMark(bytes.toString("utf8"));
  try {
    return new TextDecoder(charset, { fatal: isStrict }).decode(bytes);
  } catch (cause) {
    if (!isStrict) return withoutMark(bytes.toString("utf8"));
    const problem = `answered ${status} with bytes that are no text in its charset, ${charset}. Nothing of it was used.`;
    throw new UnusableAnswer(site, problem, { cause });
  }
}

/** A byte order mark is no part of the text. */
const withoutMark = (text: string): string => (text.startsWith("\ufeff") ? text.slice(1) : text);

/**
 * Whoever reads a page refuses the one record that is too deep; the page as a whole is refused only where a walk over
 * it could not end.
 */
const MOST_LEVELS = 50_000;

/** The text of a 2xx as JSON, exact and bounded. Throws `UnusableAnswer`. */
export function parseAnswer(site: CallSite, { status, text }: Pick<TextAnswer, "status" | "text">): JsonValue {
  try {
    return parseJson(text, { maxDepth: MOST_LEVELS });
  } catch (cause) {
    const why = cause instanceof UnreadableJson && cause.position !== null ? cause.message : null;
    throw new UnusableAnswer(
      site,
      why === null
        ? `answered ${status} with ${text.length} characters that are not JSON (truncated, or an error page?): ` +
            `${excerptOf(text)}. Nothing of it was used; if it lasts, look at that system or at a proxy before it.`
        : `answered ${status} with JSON that ${why}. Nothing of it was used.`,
      { retriable: why === null, cause },
    );
  }
}
