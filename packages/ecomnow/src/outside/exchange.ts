import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

import { codeOf, messageOf } from "@drumline/core/errors";
import { Unavailable, UnusableAnswer } from "@drumline/outbound/http";

import type { AddressGuard } from "./address-guard.ts";

/** One request to an address that stands in a table. */
export interface OutsideRequest {
  /** The other side as people call it; begins every error message. */
  readonly system: string;
  readonly method: string;
  readonly url: string;
  /** Never shown in an error. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Until the headers of the answer, and for each silence after it. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Whatever the other side answered; the status is for the caller to judge. */
export interface OutsideAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
}

export interface TextAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Outside {
  /** Throws `Unavailable` or `AddressRefused`; the signal's reason when aborted. Redirects are not followed. */
  open(request: OutsideRequest): Promise<OutsideAnswer>;
  /** The whole answer, within `timeoutMs` in all. Throws `UnusableAnswer` too, for one that breaks off or is too big. */
  ask(request: OutsideRequest, maxBytes?: number): Promise<TextAnswer>;
}

const MAX_TEXT_BYTES = 16 * 1024 * 1024;

export function createOutside(guard: AddressGuard): Outside {
  return {
    open: (request) => open(request, guard),
    ask: async (request, maxBytes = MAX_TEXT_BYTES) => {
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(), request.timeoutMs);
      const giveUp = () => deadline.abort();
      request.signal.addEventListener("abort", giveUp, { once: true });
      try {
        const answer = await open({ ...request, signal: deadline.signal }, guard);
        return { status: answer.status, headers: answer.headers, text: await readAll(request, answer.body, maxBytes) };
      } catch (error) {
        request.signal.throwIfAborted();
        if (!deadline.signal.aborted) throw error;
        throw new Unavailable(siteOf(request), `did not answer within ${request.timeoutMs} ms.`, { cause: error });
      } finally {
        clearTimeout(timer);
        request.signal.removeEventListener("abort", giveUp);
      }
    },
  };
}

/** Which call it was, free of credentials: the query of a URL often is one. */
export function siteOf({ system, method, url }: Pick<OutsideRequest, "system" | "method" | "url">) {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  return { system, method, url: parsed === null ? "(not a URL)" : `${parsed.origin}${parsed.pathname}` };
}

async function open(request: OutsideRequest, guard: AddressGuard): Promise<OutsideAnswer> {
  const { signal, timeoutMs } = request;
  const url = parseHttpUrl(request);
  guard.check(url);
  signal.throwIfAborted();
  return await new Promise((resolve, reject) => {
    const outgoing: ClientRequest = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, {
      method: request.method,
      headers: { "user-agent": "drumline", ...request.headers },
      agent: false,
      lookup: guard.lookupFor(url),
      signal,
      timeout: timeoutMs,
    });
    const waiting = setTimeout(() => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    // A silence in the middle of the body: the reader gets it as the body's error.
    outgoing.on("timeout", () => outgoing.destroy(new Error(`silent for ${timeoutMs} ms`)));
    outgoing.on("error", (error) => {
      clearTimeout(waiting);
      if (signal.aborted) reject(signal.reason);
      else if (codeOf(error) === "ADDRESS_REFUSED") reject(error);
      else reject(new Unavailable(siteOf(request), `could not be reached (${messageOf(error)}).`, { cause: error }));
    });
    outgoing.on("response", (body) => {
      clearTimeout(waiting);
      resolve({ status: body.statusCode!, headers: body.headers, body });
    });
    outgoing.end(request.body);
  });
}

function parseHttpUrl(request: OutsideRequest): URL {
  const url = URL.canParse(request.url) ? new URL(request.url) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol))
    throw new Unavailable(siteOf(request), "is not an http or https URL. Correct it in its table.", {
      retriable: false,
    });
  return url;
}

async function readAll(request: OutsideRequest, body: IncomingMessage, maxBytes: number): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of body as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > maxBytes) break;
      parts.push(part);
    }
  } catch (cause) {
    throw new UnusableAnswer(siteOf(request), `broke off after ${bytes} bytes (${messageOf(cause)}).`, { cause });
  }
  if (bytes > maxBytes)
    throw new UnusableAnswer(siteOf(request), `answered with more than the ${maxBytes} bytes allowed.`);
  return Buffer.concat(parts).toString("utf8");
}
