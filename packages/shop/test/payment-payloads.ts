import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { HttpTransport } from "@drumline/outbound/http";

const FOLDER = fileURLToPath(new URL("../../../../shared/data/payloads/", import.meta.url));
/** Bodies that providers publish for tests, which are no part of this project. */
export const payloadsAreThere = existsSync(FOLDER);
if (!payloadsAreThere) process.stderr.write(`skipped: bodies of payment providers are not at ${FOLDER}\n`);

export const payloadText = (file: string): string => readFileSync(`${FOLDER}${file}`, "utf8");

/** A transport that answers every request with what `answer` has for it. */
export function transportOf(answer: (request: { method: string; url: string }) => unknown): HttpTransport {
  return {
    ask: (request, options = {}) => {
      const body = answer({ method: request.method, url: String(request.url) });
      const answered = { status: 200, headers: {}, text: typeof body === "string" ? body : JSON.stringify(body) };
      return Promise.resolve(options.read === undefined ? (answered as never) : options.read(answered));
    },
    open: () => Promise.reject(new Error("nothing is opened here")),
    close: () => undefined,
  };
}
