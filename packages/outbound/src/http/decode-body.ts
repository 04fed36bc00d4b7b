import type { IncomingMessage } from "node:http";
import { pipeline, type Readable, Transform } from "node:stream";
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  type Inflate,
  type InflateRaw,
} from "node:zlib";

/** What we can unpack, and ask for. */
export const ACCEPTED_ENCODINGS = "gzip, deflate, br";
/** One around another has no use; a chain of them is a bomb. */
const MOST_ENCODINGS = 2;

/** The body without its declared encodings; the encoding's name where it is none of ours. Unpacks only as far as it is read. */
export function decodeBody(response: IncomingMessage, hasBody: boolean): Readable | { readonly unknown: string } {
  const header = response.headers["content-encoding"];
  if (header === undefined || !hasBody) return response;
  const encodings = header
    .split(",")
    .map((encoding) => encoding.trim().toLowerCase())
    .filter((encoding) => encoding !== "" && encoding !== "identity");
  if (encodings.length === 0) return response;
  const decoders = encodings.toReversed().map(decoderOf);
  if (encodings.length > MOST_ENCODINGS || decoders.includes(null)) return { unknown: encodings.join(", ") };
  // The error is the last decoder's as well, where the reader gets it.
  return pipeline([response, ...(decoders as Transform[])], () => {}) as unknown as Transform;
}

function decoderOf(encoding: string): Transform | null {
  if (encoding === "gzip" || encoding === "x-gzip") return createGunzip();
  if (encoding === "br") return createBrotliDecompress();
  if (encoding === "deflate") return createInflateOfEitherKind();
  return null;
}

/** "deflate" is zlib's format by the standard, and the bare one from some servers: the first byte tells. */
function createInflateOfEitherKind(): Transform {
  let inflate: Inflate | InflateRaw | null = null;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (inflate === null) {
        inflate = (chunk[0]! & 0x0f) === 8 ? createInflate() : createInflateRaw();
        inflate.on("data", (part: Buffer) => {
          if (!this.push(part)) inflate!.pause();
        });
        inflate.on("error", (error) => this.destroy(error));
      }
      inflate.write(chunk, done);
    },
    read(size) {
      inflate?.resume();
      Transform.prototype._read.call(this, size);
    },
    flush(done) {
      if (inflate === null) return done();
      inflate.once("end", done);
      inflate.end();
    },
    destroy(error, done) {
      inflate?.destroy();
      done(error);
    },
  });
}
