import { parseJson, UnreadableJson } from "@drumline/core/text";

import type { FastifyRequest } from "fastify";

import type { Api } from "../api.ts";
import { findAmbiguousName } from "./find-ambiguous-name.ts";
import { HttpProblem } from "./problem.ts";

/** Refused one by one by `rejectUnstorableText`, which says where; here only what could not be walked is refused. */
const MOST_LEVELS = 50_000;

/**
 * Reads bodies as RFC 8259 has JSON between systems: UTF-8, each name once in its object, numbers as they were sent (an
 * integer that a double cannot hold is its digits, as text). Anything else would be read as something nobody has sent.
 */
export function readJsonBody(app: Api): void {
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser(
    "application/json",
    { parseAs: "buffer" },
    async ({ headers }: FastifyRequest, body: Buffer) => {
      const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
      if (encoding !== "identity")
        throw new HttpProblem(415, "Content-Encoding is not understood here: send the body as it is, not compressed.");
      const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(headers["content-type"] ?? "")?.[1] ?? "utf-8";
      if (!/^utf-?8$/i.test(charset))
        throw new HttpProblem(415, "JSON is read as UTF-8 only: send it without a charset.");
      return toJson(toText(body));
    },
  );
}

function toText(body: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch (cause) {
    throw new HttpProblem(400, "The body is not UTF-8.", { cause });
  }
}

function toJson(text: string): unknown {
  if (text.trim() === "") throw new HttpProblem(400, "The body is empty, but the Content-Type says that it is JSON.");
  try {
    const value = parseJson(text, { maxDepth: MOST_LEVELS });
    const name = findAmbiguousName(text);
    if (name !== null)
      throw new HttpProblem(400, `The body is ambiguous: an object names ${JSON.stringify(name)} twice.`);
    return value;
  } catch (error) {
    if (error instanceof UnreadableJson) throw new HttpProblem(400, `The body ${error.message}.`, { cause: error });
    throw error;
  }
}
