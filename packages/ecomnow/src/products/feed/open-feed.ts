import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";

import { messageOf } from "@drumline/core/errors";

import type { HttpTransport } from "@drumline/outbound/http";
import { FeedUnusable } from "./feed-unusable.ts";

export interface FeedRequest {
  readonly vendor: string;
  readonly url: string;
  /** How we say who we are. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the last applied feed was; null asks for the feed whatever it is. */
  readonly known: { readonly etag: string | null; readonly modified: string | null } | null;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface OpenFeed {
  readonly etag: string | null;
  readonly modified: string | null;
  /** The transport says where the feed ends: without that, its last line may be half a line. */
  readonly isFramed: boolean;
  /** Unpacked. Ends with `FeedUnusable` when the feed breaks off. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Asks for a vendor's feed; null when it is still the one we know. Throws `FeedUnusable`; the signal's reason when aborted. */
export async function openFeed(outside: HttpTransport, request: FeedRequest): Promise<OpenFeed | null> {
  const { vendor, url, known, timeoutMs, signal } = request;
  const answer = await outside
    .open({
      system: `feed of ${vendor}`,
      method: "GET",
      url,
      headers: {
        accept: "text/csv, application/x-ndjson, */*",
        ...request.headers,
        ...toConditions(known),
      },
      timeoutMs,
      signal,
    })
    .catch((error: unknown) => {
      signal.throwIfAborted();
      throw new FeedUnusable("UNREACHABLE", messageOf(error), error);
    });
  const { status, headers, chunks, discard } = answer;
  if (status === 304 && known !== null) {
    discard();
    return null;
  }
  if (status !== 200) {
    discard();
    throw new FeedUnusable("HTTP_STATUS", `feed of ${vendor}: answered ${status}. ${cureOf(status)}`);
  }
  if (/^text\/html/i.test(headers["content-type"] ?? "")) {
    discard();
    throw new FeedUnusable(
      "NOT_A_FEED",
      `feed of ${vendor}: answered 200 with a web page (${headers["content-type"]}).`,
    );
  }
  const isFramed = ["content-encoding", "content-length", "transfer-encoding"].some((name) => name in headers);
  return {
    etag: headers.etag ?? null,
    modified: headers["last-modified"] ?? null,
    isFramed,
    chunks: unpack(chunks, signal),
  };
}

function toConditions(known: FeedRequest["known"]): Record<string, string> {
  // An ETag is the stricter of the two, and a server that knows it is to ignore the date (RFC 9110, 13.1.3).
  if (known?.etag != null) return { "if-none-match": known.etag };
  return known?.modified == null ? {} : { "if-modified-since": known.modified };
}

function cureOf(status: number): string {
  if (status === 401 || status === 403) return "Check the vendor's auth_kind and auth_secret.";
  if (status >= 300 && status < 400) return "Redirects are not followed: set feed_url to where it leads.";
  if (status === 404 || status === 410) return "Check feed_url.";
  return "The next run asks again.";
}

const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** A .gz file comes without a word about its encoding, and is known by its first bytes. */
async function* unpack(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  try {
    const first = await readFirst(chunks);
    const whole = follow(first, chunks);
    if (!GZIP_MAGIC.every((byte, index) => first[index] === byte)) yield* whole;
    else
      yield* pipeline(Readable.from(whole, { objectMode: false }), createGunzip(), () => {}) as AsyncIterable<Buffer>;
  } catch (error) {
    signal.throwIfAborted();
    throw new FeedUnusable("TRUNCATED", `the feed broke off (${messageOf(error)}); nothing of it was used.`, error);
  } finally {
    await chunks.return?.();
  }
}

async function readFirst(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let first: Uint8Array = new Uint8Array();
  while (first.length < GZIP_MAGIC.length) {
    const next = await chunks.next();
    if (next.done) return first;
    first = first.length === 0 ? next.value : Buffer.concat([first, next.value]);
  }
  return first;
}

async function* follow(first: Uint8Array, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
}
