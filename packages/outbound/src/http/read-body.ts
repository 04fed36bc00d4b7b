import type { Readable } from "node:stream";

import { codeOf, messageOf } from "@drumline/core/errors";

import { type ByteBudget, heapBytesOf, type Release } from "./byte-budget.ts";
import type { Sent } from "./call-watch.ts";
import { AnswerTooBig, OutboundError, Unavailable, UnusableAnswer } from "./errors.ts";

/** Less than this within five silences that are allowed is as good as silence: a byte now and then would hold a call for ever. */
const TRICKLE = { bytes: 1_024, silences: 5 };

/** Piece by piece; the silence of the other side, and its trickling, are measured only while the reader waits for it. */
export async function* readStream(
  sent: Sent,
  { silenceMs, maxBytes }: { silenceMs: number; maxBytes: number },
): AsyncGenerator<Uint8Array> {
  const { site, body, response, watch } = sent;
  const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const silent = () => new Unavailable(site, `was silent for ${silenceMs} ms in the middle of its answer.`);
  let bytes = 0;
  let window = { waitedMs: 0, bytes: 0 };
  try {
    for (;;) {
      watch.arm(silenceMs, silent);
      const askedAtMs = performance.now();
      const next = await pieces.next();
      watch.disarm();
      if (next.done === true) return;
      window.waitedMs += performance.now() - askedAtMs;
      window.bytes += next.value.length;
      if (window.waitedMs > TRICKLE.silences * silenceMs) {
        const ms = Math.round(window.waitedMs);
        if (window.bytes < TRICKLE.bytes)
          throw new Unavailable(site, `sent ${window.bytes} bytes in ${ms} ms in the middle of its answer.`);
        window = { waitedMs: 0, bytes: 0 };
      }
      bytes += next.value.length;
      if (bytes > maxBytes) throw tooBig(sent, maxBytes);
      yield next.value;
    }
  } catch (error) {
    throw watch.failure() ?? toBodyError(sent, bytes, error);
  } finally {
    if (!response.readableEnded) response.destroy();
    body.destroy();
    watch.close();
  }
}

/** Of a refusal its beginning is enough. */
const MOST_OF_A_REFUSAL_BYTES = 64 * 1024;
/** Up to this an answer is read without a share of the budget: so much of every connection's fits beside the heap. */
const SHORT_BYTES = 64 * 1024;

interface Limits {
  readonly maxBytes: number;
  readonly isCut: boolean;
  readonly budget: ByteBudget;
  readonly signal: AbortSignal;
}

/**
 * The whole body. One that is longer than `SHORT_BYTES` reserves its share of the budget before it is read on, all of it
 * at once, and holds it until `release`; while it waits for that, the call's time stands still. Who holds a share waits
 * for the network alone, and within the call's time, so nobody waits for ever. A silent answer holds nothing.
 */
export async function readWhole(sent: Sent, limits: Limits): Promise<{ bytes: Buffer; release: Release }> {
  const { status, response, body, watch } = sent;
  const isRefusal = status < 200 || status > 299;
  const maxBytes = isRefusal ? Math.min(MOST_OF_A_REFUSAL_BYTES, limits.maxBytes) : limits.maxBytes;
  const declared = response.headers["content-length"];
  // Of a packed body the declared length says nothing.
  const mostBytes = body !== response || declared === undefined ? maxBytes : Math.min(Number(declared), maxBytes);
  let release: Release | null = null;
  const reserve = (): Promise<void> | null => {
    const heapBytes = heapBytesOf(mostBytes);
    release = limits.budget.tryReserve(heapBytes);
    return release === null ? waitForShare(heapBytes) : null;
  };
  const waitForShare = async (heapBytes: number): Promise<void> => {
    const leftMs = watch.leftMs();
    watch.disarm();
    release = await limits.budget.reserve(heapBytes, limits.signal);
    watch.arm(leftMs, () => new Unavailable(sent.site, "did not send the rest of its answer in time."));
  };
  try {
    const bytes = await collect(body, maxBytes, {
      isCut: isRefusal || limits.isCut,
      whenBigger: () => tooBig(sent, maxBytes),
      grow: (readBytes) => (release !== null || readBytes <= SHORT_BYTES ? null : reserve()),
    });
    // What is cut ends quietly, but not what its caller has ended.
    limits.signal.throwIfAborted();
    if (!response.readableEnded) response.destroy();
    return { bytes, release: release ?? (() => {}) };
  } catch (error) {
    (release as Release | null)?.();
    response.destroy();
    throw watch.failure() ?? toBodyError(sent, 0, error);
  } finally {
    watch.close();
  }
}

interface Collecting {
  /** Stops at `maxBytes` and at a fault, and makes do with what there is. */
  readonly isCut: boolean;
  whenBigger(): Error;
  /** Called before more is read; null where nothing has to be waited for. */
  grow(bytes: number): Promise<void> | null;
}

/** By events: the loop over a stream costs as much as all the rest of a short answer. */
function collect(body: Readable, maxBytes: number, { isCut, whenBigger, grow }: Collecting): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    let isGrowing = false;
    const end = () => resolve(parts.length === 1 ? parts[0]! : Buffer.concat(parts));
    const fail = (error: Error) => (isCut ? end() : reject(new BrokenOff(bytes, error)));
    body.on("data", (part: Buffer) => {
      const room = maxBytes - bytes;
      bytes += part.length;
      parts.push(isCut ? part.subarray(0, room) : part);
      if (bytes > maxBytes) {
        body.destroy(isCut ? undefined : whenBigger());
        if (isCut) end();
        return;
      }
      const growing = isGrowing ? null : grow(bytes);
      if (growing === null) return;
      isGrowing = true;
      body.pause();
      growing.then(
        () => body.resume(),
        (error: unknown) => body.destroy(error as Error),
      );
    });
    body.once("end", end);
    body.once("error", fail);
    body.once("close", () => fail(new Error("closed before its end")));
  });
}

/** Carries how far it came to the message. */
class BrokenOff extends Error {
  readonly bytes: number;

  constructor(bytes: number, cause: Error) {
    super(cause.message, { cause });
    this.bytes = bytes;
  }
}

const tooBig = ({ site, status }: Sent, maxBytes: number) => new AnswerTooBig(site, { status, mostBytes: maxBytes });

function toBodyError({ site, status, body, response }: Sent, readBytes: number, thrown: unknown): Error {
  const [bytes, error] = thrown instanceof BrokenOff ? [thrown.bytes, thrown.cause as Error] : [readBytes, thrown];
  if (error instanceof OutboundError) return error;
  const why = body === response ? messageOf(error) : `${messageOf(error)}, ${codeOf(error) ?? "unpacking"}`;
  return new UnusableAnswer(
    site,
    `answered ${status} but the body broke off after ${bytes} bytes (${why}). Nothing of it was used.`,
    { retriable: true, cause: error },
  );
}
