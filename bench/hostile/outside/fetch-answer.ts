import { type IncomingMessage, request as httpRequest } from "node:http";

import type { Answer } from "./mutation.ts";

/** What the sandbox says to a request, whole. */
export function fetchAnswer(
  sandboxUrl: string,
  { url, method, headers }: IncomingMessage,
  body: Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { host: _host, connection: _connection, "accept-encoding": _encoding, ...rest } = headers;
    const outgoing = httpRequest(`${sandboxUrl}${url}`, { method, headers: rest }, (incoming) => {
      readBody(incoming).then(
        (answered) => resolve({ status: incoming.statusCode!, headers: toHeaders(incoming), body: answered }),
        reject,
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

export async function readBody(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** Those that say something of the content; the connection is this server's own. */
function toHeaders({ headers }: IncomingMessage): Record<string, string> {
  const own = new Set(["connection", "keep-alive", "transfer-encoding", "content-length", "date"]);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      own.has(name) || value === undefined ? [] : [[name, String(value)]],
    ),
  );
}
