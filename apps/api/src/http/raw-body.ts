import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";

import type { FastifyInstance, FastifyRequest } from "fastify";

import { HttpProblem } from "./problem.ts";

export interface RawBodyLimits {
  readonly mostBytes: number;
  /** From the head of the request to the end of its body. */
  readonly withinMs: number;
}

/** Bytes as they came, which no hook of the api looks into: signatures are of these. */
export class RawBody {
  readonly #sent: Buffer;
  readonly #content: Buffer;
  constructor(sent: Buffer, content: Buffer) {
    this.#sent = sent;
    this.#content = content;
  }
  get sent(): Buffer {
    return this.#sent;
  }
  /** Without its Content-Encoding. */
  get content(): Buffer {
    return this.#content;
  }
}

const NOTHING = Buffer.alloc(0);

/** Of a request to a route of `takeRawBodies`, whose body may be absent. */
export const rawBodyOf = ({ body }: Pick<FastifyRequest, "body">): RawBody =>
  body instanceof RawBody ? body : new RawBody(NOTHING, NOTHING);

/** The routes of this scope get every body as `RawBody`, whatever it says that it is. */
export function takeRawBodies(scope: FastifyInstance, limits: RawBodyLimits): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", async ({ headers }: FastifyRequest, body: Readable) => {
    if (Number(headers["content-length"]) > limits.mostBytes) throw tooLarge(limits);
    const sent = await readWhole(body, limits);
    return new RawBody(sent, await decode(sent, headers["content-encoding"], limits));
  });
}

/** Stops reading at the limits. Who goes on sending is cut off once the answer is out. */
async function readWhole(body: Readable, limits: RawBodyLimits): Promise<Buffer> {
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (settle: () => void) => {
      clearTimeout(timer);
      body.removeAllListeners("data").pause();
      settle();
    };
    const timer = setTimeout(() => end(() => reject(tooSlow(limits))), limits.withinMs);
    body
      .on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > limits.mostBytes) end(() => reject(tooLarge(limits)));
        else chunks.push(chunk);
      })
      .once("end", () => end(() => resolve(Buffer.concat(chunks))))
      .once("error", (cause) =>
        end(() => reject(new HttpProblem(400, "The body broke off.", { cause, headers: CLOSE }))),
      );
  });
}

const [unzip, unpack] = [promisify(gunzip), promisify(inflate)];

async function decode(sent: Buffer, encoding: string | undefined, limits: RawBodyLimits): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? "identity";
  if (name === "identity") return sent;
  const decoder = name === "gzip" || name === "x-gzip" ? unzip : name === "deflate" ? unpack : null;
  if (decoder === null)
    throw new HttpProblem(
      415,
      "This Content-Encoding is not understood here: send gzip, deflate, or the body as it is.",
    );
  try {
    return await decoder(sent, { maxOutputLength: limits.mostBytes });
  } catch (cause) {
    if ((cause as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(limits);
    throw new HttpProblem(400, `The body is not what its Content-Encoding says: ${name}.`, { cause });
  }
}

const CLOSE = { connection: "close" } as const;

const tooLarge = ({ mostBytes }: RawBodyLimits) =>
  new HttpProblem(413, `The body is longer than ${mostBytes} bytes, packed or unpacked.`, { headers: CLOSE });

const tooSlow = ({ withinMs }: RawBodyLimits) =>
  new HttpProblem(408, `The body did not end within ${withinMs} ms.`, { headers: CLOSE });
