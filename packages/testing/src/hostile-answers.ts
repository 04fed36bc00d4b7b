import { type AddressInfo, createServer, type Socket } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";

/**
 * A call's time in a test: short where nothing comes, and more than a busy machine needs where the answer itself is at
 * fault.
 */
export const patienceMs = (ends: "unusable" | "unavailable"): number => (ends === "unusable" ? 20_000 : 300);

/** How an outside system may answer a request, well or not, byte by byte. */
export type RawAnswer = (socket: Socket) => void;

export interface RawServer {
  readonly url: string;
  /** Connections so far. */
  connections(): number;
  /** Requests so far, as far as their beginnings were seen. */
  requests(): number;
  close(): Promise<void>;
}

/** Answers the beginning of every request as told: no HTTP library stands between the test and the wire. */
export async function startRawServer(answer: RawAnswer): Promise<RawServer> {
  const open = new Set<Socket>();
  let connections = 0;
  let requests = 0;
  const server = createServer((socket) => {
    connections += 1;
    open.add(socket);
    socket.on("error", () => {}).once("close", () => open.delete(socket));
    socket.on("data", (part) => {
      if (!/^(GET|POST|PUT|DELETE|HEAD) /.test(part.toString("latin1"))) return;
      requests += 1;
      answer(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    requests: () => requests,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A whole answer with its true length. */
export const plain =
  (body: Buffer | string, headers: readonly string[] = [], status = "200 OK"): RawAnswer =>
  (socket) => {
    const bytes = Buffer.from(body);
    socket.write(headOf(status, [`content-length: ${bytes.length}`, ...headers]));
    socket.write(bytes);
  };

const headOf = (status: string, headers: readonly string[]): string =>
  ["HTTP/1.1 " + status, "content-type: application/json", ...headers, "", ""].join("\r\n");

/** Writes the next piece as soon as the last is gone, for as long as somebody listens. */
const endless =
  (head: string, piece: string): RawAnswer =>
  (socket) => {
    socket.write(head);
    const goOn = () => {
      while (!socket.destroyed && socket.write(piece));
      if (!socket.destroyed) socket.once("drain", goOn);
    };
    goOn();
  };

const json = '{"fine":true}';
const packedBomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, "["));

/** Packings that are declared and right. */
export const PACKED: Readonly<Record<string, RawAnswer>> = {
  gzip: plain(gzipSync(json), ["content-encoding: gzip"]),
  "x-gzip in capitals": plain(gzipSync(json), ["Content-Encoding: X-GZIP"]),
  deflate: plain(deflateSync(json), ["content-encoding: deflate"]),
  "bare deflate": plain(deflateRawSync(json), ["content-encoding: deflate"]),
  br: plain(brotliCompressSync(json), ["content-encoding: br"]),
  "gzip within br": plain(brotliCompressSync(gzipSync(json)), ["content-encoding: gzip, br"]),
  identity: plain(json, ["content-encoding: identity"]),
};

/**
 * What no client of ours may take for an answer, hang on, or die of. Each ends as an error that says what happened:
 * "unusable" where an answer came, "unavailable" where none did.
 */
export const HOSTILE: Readonly<
  Record<string, { readonly answer: RawAnswer; readonly ends: "unusable" | "unavailable" }>
> = {
  "a gzip bomb": { answer: plain(packedBomb, ["content-encoding: gzip"]), ends: "unusable" },
  "a gzip bomb in a gzip": { answer: plain(gzipSync(packedBomb), ["content-encoding: gzip, gzip"]), ends: "unusable" },
  "a brotli bomb": {
    answer: plain(brotliCompressSync(Buffer.alloc(16 * 1024 * 1024)), ["content-encoding: br"]),
    ends: "unusable",
  },
  "gzip in gzip in gzip": { answer: plain(json, ["content-encoding: gzip, gzip, gzip"]), ends: "unusable" },
  "an encoding nobody asked for": { answer: plain(json, ["content-encoding: zstd"]), ends: "unusable" },
  "gzip that is none": { answer: plain(json, ["content-encoding: gzip"]), ends: "unusable" },
  "deflate that is none": { answer: plain("~~~~~~", ["content-encoding: deflate"]), ends: "unusable" },
  "gzip that breaks off": {
    answer: plain(gzipSync(json).subarray(0, 20), ["content-encoding: gzip"]),
    ends: "unusable",
  },
  "a body shorter than declared": {
    answer: (socket) => socket.end(`${headOf("200 OK", ["content-length: 1000"])}${json}`),
    ends: "unusable",
  },
  "a body longer than declared": {
    answer: (socket) => socket.end(`${headOf("200 OK", ["content-length: 5"])}${json}`),
    ends: "unusable",
  },
  "two lengths": { answer: plain(json, ["content-length: 3"]), ends: "unusable" },
  "a length of letters": {
    answer: (socket) => socket.end(headOf("200 OK", ["content-length: many"])),
    ends: "unusable",
  },
  "chunks of no size": {
    answer: (socket) => socket.end(`${headOf("200 OK", ["transfer-encoding: chunked"])}zz\r\n${json}`),
    ends: "unusable",
  },
  "an endless body": { answer: endless(headOf("200 OK", []), "[".repeat(65_536)), ends: "unusable" },
  "endless headers": { answer: endless("HTTP/1.1 200 OK\r\n", `x-filler: ${"x".repeat(1_000)}\r\n`), ends: "unusable" },
  "one header of 100 MB": { answer: endless("HTTP/1.1 200 OK\r\nx-filler: ", "x".repeat(65_536)), ends: "unusable" },
  "endless interim answers": {
    answer: endless("", "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(500)),
    ends: "unavailable",
  },
  "another protocol": { answer: (socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"), ends: "unusable" },
  "a reset instead of an answer": { answer: (socket) => void socket.resetAndDestroy(), ends: "unavailable" },
  "a hang-up instead of an answer": { answer: (socket) => socket.end(), ends: "unavailable" },
  "a reset in the middle of the body": {
    answer: (socket) =>
      void socket.write(`${headOf("200 OK", ["content-length: 1000"])}{"results":[`, () => socket.resetAndDestroy()),
    ends: "unusable",
  },
  "a reset in the middle of the headers": {
    answer: (socket) => void socket.write("HTTP/1.1 200 OK\r\ncontent-", () => socket.resetAndDestroy()),
    ends: "unavailable",
  },
  silence: { answer: () => {}, ends: "unavailable" },
  "silence after the headers": {
    answer: (socket) => void socket.write(headOf("200 OK", ["content-length: 1000"])),
    ends: "unavailable",
  },
  "a byte now and then": {
    answer: (socket) => {
      socket.write(headOf("200 OK", ["content-length: 1000"]));
      const timer = setInterval(() => void socket.write("["), 10);
      socket.once("close", () => clearInterval(timer));
    },
    ends: "unavailable",
  },
  "a redirect to the cloud's metadata": {
    answer: plain("", ["location: http://169.254.169.254/latest/meta-data/"], "302 Found"),
    ends: "unusable",
  },
  "bytes that are no UTF-8": { answer: plain(Buffer.from([0x22, 0xff, 0xfe, 0x22])), ends: "unusable" },
  "a charset nobody knows": {
    answer: (socket) =>
      socket.end(`HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=klingon\r\ncontent-length: 2\r\n\r\n{}`),
    ends: "unusable",
  },
  "a web page": { answer: plain("<html>Sign in</html>", ["content-type: text/html"]), ends: "unusable" },
  "nothing at all": { answer: plain(""), ends: "unusable" },
  "JSON of 100,000 levels": { answer: plain("[".repeat(100_000)), ends: "unusable" },
  "a million empty lists": { answer: plain(`[${"[],".repeat(600_000)}[]]`), ends: "unusable" },
  "a NUL where JSON has none": { answer: plain('{"a":\0}'), ends: "unusable" },
};
