import type { IncomingMessage } from "node:http";

import { messageOf } from "@drumline/core/errors";

import { badRequest, HttpError } from "./http-error.ts";

const MAX_BODY_BYTES = 1024 * 1024;

/** Undefined where nothing was sent. Throws a 400 where it is not JSON. */
export function parseJsonBody(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(`the body is not JSON: ${messageOf(error)}`);
  }
}

/** Undefined where nothing was sent. Throws a 413 above 1 MiB. */
export async function readTextBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Left open on the way out, so that the 413 still reaches the sender.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      const message = `the body is larger than ${MAX_BODY_BYTES} bytes; send less at a time`;
      throw new HttpError(413, { code: "BODY_TOO_LARGE", message, headers: { connection: "close" } });
    }
    chunks.push(chunk);
  }
  return size === 0 ? undefined : Buffer.concat(chunks).toString("utf8");
}
