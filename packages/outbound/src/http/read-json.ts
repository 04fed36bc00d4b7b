import { messageOf } from "@drumline/core/errors";

import { type CallSite, UnusableAnswer } from "./errors.ts";

const EXCERPT_CHARACTERS = 200;

/** The body as JSON. Throws `UnusableAnswer` for one that breaks off, is not JSON or is bigger than `maxBytes`. */
export async function readJson(response: Response, site: CallSite, maxBytes: number): Promise<unknown> {
  const body = await readText(response, site, maxBytes);
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new UnusableAnswer(
      site,
      `answered ${response.status} with ${body.length} characters that are not JSON (truncated, or an error page?): ` +
        `${excerptOf(body)}. Nothing of it was used; if it lasts, look at that system or at a proxy before it.`,
      { retriable: true, cause },
    );
  }
}

/** The beginning of a body, fit for a message. */
export function excerptOf(body: string): string {
  const flat = body.replaceAll(/\s+/g, " ").trim();
  if (flat === "") return "(empty body)";
  return flat.length > EXCERPT_CHARACTERS ? `"${flat.slice(0, EXCERPT_CHARACTERS)}" …` : `"${flat}"`;
}

export async function readText(response: Response, site: CallSite, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of response.body ?? []) {
      bytes += part.byteLength;
      if (bytes > maxBytes) break;
      parts.push(part);
    }
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    throw new UnusableAnswer(
      site,
      `answered ${response.status} but the body broke off after ${bytes} bytes (${messageOf(cause)}). Nothing of it was used.`,
      { retriable: true, cause },
    );
  }
  if (bytes > maxBytes)
    throw new UnusableAnswer(
      site,
      `answered ${response.status} with more than the ${maxBytes} bytes allowed. Ask for smaller pages.`,
    );
  return Buffer.concat(parts).toString("utf8");
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown.name === "AbortError" || thrown.name === "TimeoutError");
}
