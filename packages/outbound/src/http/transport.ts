import { Agent as HttpAgent, type ClientRequest, type IncomingHttpHeaders, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { Socket } from "node:net";
import { Readable } from "node:stream";

import { MINUTE_MS, SECOND_MS } from "@drumline/core/clock";
import { codeOf, messageOf } from "@drumline/core/errors";

import { type AddressGuard, openGuard } from "./address-guard.ts";
import { answerBudget, type ByteBudget, halfOf } from "./byte-budget.ts";
import { type CallWatch, type Sent, watchCall } from "./call-watch.ts";
import { ACCEPTED_ENCODINGS, decodeBody } from "./decode-body.ts";
import { type CallSite, Unavailable, UnusableAnswer } from "./errors.ts";
import { readStream, readWhole } from "./read-body.ts";
import { type AskOptions, charsetOf, decodeText, type TextAnswer } from "./read-text.ts";

/** One request, to an address of our settings or of a table. */
export interface HttpRequest {
  /** The other side as people call it; begins every error message. */
  readonly system: string;
  readonly method: string;
  readonly url: string | URL;
  /** The URL as errors show it; without it the query is left out, since it often is a credential. */
  readonly shownUrl?: string;
  /** Never shown in an error. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Until the headers of the answer, and for each silence after it; `ask` has to have the whole answer within it. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Whatever the other side answered; the status is for the caller to judge. */
export interface OpenAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As Content-Type declares it, in small letters; UTF-8 where it does not. */
  readonly charset: string;
  /**
   * Without its Content-Encoding, still in its charset. Throws `UnusableAnswer` when it breaks off, is not what it is
   * declared to be, or is longer than `maxBytes`; `Unavailable` for a silence; the signal's reason when aborted.
   */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Instead of reading: lets go of the connection. */
  discard(): void;
}

export interface HttpTransport {
  /**
   * The answer as soon as its headers are there. Redirects are not followed. Throws `Unavailable`, `UnusableAnswer` or
   * `AddressRefused`; the signal's reason when aborted. One of `chunks` and `discard` has to be used.
   */
  open(request: HttpRequest, options?: { readonly maxBytes?: number }): Promise<OpenAnswer>;
  /**
   * The whole answer as text, within the budget that all answers of this process share. `read` is called while its share
   * is held: the place to parse. A refusal (any status but 2xx) is cut instead of being too big.
   */
  ask<Value = TextAnswer>(request: HttpRequest, options?: AskOptions<Value>): Promise<Value>;
  /** Closes the connections that are kept. */
  close(): void;
}

const CONNECT_MS = 10 * SECOND_MS;
const KEPT_MS = MINUTE_MS / 2;

/** Connections are kept and used again, each transport's for itself: what one guard lets through another need not. */
export function createTransport({
  guard = openGuard(),
  budget = halfOf(answerBudget),
}: { guard?: AddressGuard; budget?: ByteBudget } = {}): HttpTransport {
  const pool = { keepAlive: true, timeout: KEPT_MS, scheduling: "lifo" } as const;
  const agents = { "http:": new HttpAgent(pool), "https:": new HttpsAgent(pool) };

  /** A kept connection that the other side has closed meanwhile says nothing about it: a new one is tried, where that is safe. */
  async function send(request: HttpRequest, wholeMs: number | null): Promise<Sent> {
    try {
      return await sendOver(agents, request, wholeMs);
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error;
      if (!isRepeatable(request)) throw error.asUnavailable;
      return await sendOver(null, request, wholeMs);
    }
  }

  /** Without agents, over a connection of its own. */
  async function sendOver(over: typeof agents | null, request: HttpRequest, wholeMs: number | null): Promise<Sent> {
    const { signal, timeoutMs, method } = request;
    const site = siteOf(request);
    const url = toHttpUrl(request, site);
    guard.check(url);
    signal.throwIfAborted();
    const isTls = url.protocol === "https:";
    return await new Promise((resolve, reject) => {
      const outgoing: ClientRequest = (isTls ? requestHttps : requestHttp)(url, {
        method,
        headers: { "user-agent": "drumline", "accept-encoding": ACCEPTED_ENCODINGS, ...request.headers },
        agent: over === null ? false : isTls ? over["https:"] : over["http:"],
        lookup: guard.lookupFor(url),
        // Said aloud, so that NODE_TLS_REJECT_UNAUTHORIZED cannot take it away.
        ...(isTls ? { rejectUnauthorized: true } : {}),
      });
      const watch = watchCall(signal, outgoing);
      if (wholeMs === null) watch.arm(timeoutMs, () => noAnswer(site, timeoutMs));
      else watch.arm(wholeMs, () => noAnswer(site, wholeMs));
      outgoing.once("socket", (socket) => limitConnecting(socket, Math.min(CONNECT_MS, timeoutMs), watch, site));
      outgoing.on("error", (error) => {
        watch.close();
        const failure = watch.failure() ?? toCallError(error, site);
        const isStale = outgoing.reusedSocket && CLOSED.has(codeOf(error) ?? "") && failure instanceof Unavailable;
        reject(isStale && watch.failure() === null ? new StaleConnection(failure) : failure);
      });
      outgoing.once("response", (response) => {
        watch.follow(response);
        const { statusCode: status = 0 } = response;
        const decoded = decodeBody(response, method !== "HEAD" && status !== 204 && status !== 304);
        const body = "unknown" in decoded ? unreadable(site, status, decoded.unknown) : decoded;
        resolve({ site, status, response, body, watch });
      });
      outgoing.end(request.body);
    });
  }

  return {
    async open(request, { maxBytes = Infinity } = {}) {
      const sent = await send(request, null);
      const { status, response, body } = sent;
      return {
        status,
        headers: response.headers,
        charset: charsetOf(response.headers),
        chunks: readStream(sent, { silenceMs: request.timeoutMs, maxBytes }),
        discard: () => {
          body.destroy();
          response.destroy();
          sent.watch.close();
        },
      };
    },
    async ask<Value>(request: HttpRequest, options: AskOptions<Value> = {}) {
      const sent = await send(request, request.timeoutMs);
      const { status, response } = sent;
      const { bytes, release } = await readWhole(sent, {
        maxBytes: options.maxBytes ?? MOST_BYTES,
        isCut: options.whenBigger === "cut",
        budget,
        signal: request.signal,
      });
      try {
        const isStrict = sent.status >= 200 && sent.status < 300 && options.invalidText !== "mark";
        const text = decodeText(bytes, charsetOf(response.headers), isStrict, sent.site, status);
        const answer: TextAnswer = { status, headers: response.headers, text };
        return options.read === undefined ? (answer as Value) : options.read(answer);
      } finally {
        release();
      }
    },
    close: () => {
      agents["http:"].destroy();
      agents["https:"].destroy();
    },
  };
}

/** Fails when it is read: where the status alone decides, the body need not be understood. */
const unreadable = (site: CallSite, status: number, encoding: string): Readable =>
  new Readable({
    read() {
      const problem = `answered ${status} in an encoding that was not asked for (${encoding}). Nothing of it was used.`;
      this.destroy(new UnusableAnswer(site, problem));
    },
  });

const CLOSED = new Set(["ECONNRESET", "EPIPE"]);

class StaleConnection extends Error {
  readonly asUnavailable: Unavailable;

  constructor(asUnavailable: Unavailable) {
    super(asUnavailable.message);
    this.asUnavailable = asUnavailable;
  }
}

/** By the method, or since the request carries what its repetition is known by. */
const isRepeatable = ({ method, headers }: HttpRequest): boolean =>
  method !== "POST" && method !== "PATCH" ? true : "idempotency-key" in headers || "webhook-id" in headers;

/** JSON that is held whole. Longer lists are paged by who answers them, or read as a stream. */
const MOST_BYTES = 2 * 1024 * 1024;

/** Which call it was, free of credentials. */
export function siteOf({
  system,
  method,
  url,
  shownUrl,
}: Pick<HttpRequest, "system" | "method" | "url" | "shownUrl">): CallSite {
  if (shownUrl !== undefined) return { system, method, url: shownUrl };
  const parsed = URL.canParse(String(url)) ? new URL(url) : null;
  return { system, method, url: parsed === null ? "(not a URL)" : `${parsed.origin}${parsed.pathname}` };
}

function toHttpUrl({ url }: HttpRequest, site: CallSite): URL {
  const parsed = url instanceof URL ? url : URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || (parsed.protocol !== "http:" && parsed.protocol !== "https:"))
    throw new Unavailable(site, "is not an http or https URL. Correct it where it is set.", { retriable: false });
  return parsed;
}

const noAnswer = (site: CallSite, withinMs: number) =>
  new Unavailable(site, `did not answer within ${withinMs} ms.`, { cause: undefined });

function limitConnecting(socket: Socket, withinMs: number, watch: CallWatch, site: CallSite): void {
  if (!socket.connecting) return;
  const giveUp = () => watch.fail(new Unavailable(site, `could not be connected to within ${withinMs} ms.`));
  const timer = setTimeout(giveUp, withinMs);
  const done = () => clearTimeout(timer);
  socket.once("encrypted" in socket ? "secureConnect" : "connect", done).once("close", done);
}

function toCallError(error: Error, site: CallSite): Error {
  const code = codeOf(error) ?? "";
  if (code === "ADDRESS_REFUSED") return error;
  if (code.startsWith("HPE_"))
    return new UnusableAnswer(site, `answered what is no HTTP that can be read (${messageOf(error)}, ${code}).`, {
      retriable: true,
      cause: error,
    });
  return new Unavailable(site, `could not be reached (${messageOf(error)}).`, { cause: error });
}
