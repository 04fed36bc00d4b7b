import type { IncomingMessage } from "node:http";

import { messageOf } from "@drumline/core/errors";

import { badRequest, HttpError } from "./http-error.ts";

const MAX_BODY_BYTES = 1024 * 1024;

export interface JsonBody {
  /** Undefined where nothing was sent. */
  readonly body: unknown;
  readonly rawBody: string;
}

/** Throws a 413 above 1 MiB and a 400 where it is not JSON. */
export async function readJsonBody(request: IncomingMessage): Promise<JsonBody> {
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
  if (size === 0) return { body: undefined, rawBody: "" };
  const rawBody = Buffer.concat(chunks).toString("utf8");
  try {
    return { body: JSON.parse(rawBody), rawBody };
  } catch (error) {
    throw badRequest(`the body is not JSON: ${messageOf(error)}`);
  }
}
