import type { IncomingHttpHeaders } from "node:http";

import { HttpError } from "../http/index.ts";

/** How each client wants to know who asks. */
const EXPECTED = {
  acme: (token: string) => ["authorization", `Bearer ${token}`],
  globex: (token: string) => ["authorization", `Basic ${Buffer.from(`drumline:${token}`).toString("base64")}`],
  initech: (token: string) => ["x-api-key", token],
  boxout: (token: string) => ["authorization", `Bearer ${token}`],
} as const satisfies Record<string, (token: string) => readonly [string, string]>;

export type ClientName = keyof typeof EXPECTED;

export const isClient = (name: string): name is ClientName => Object.hasOwn(EXPECTED, name);

/** Throws a 401 that says which header was wanted. */
export function checkClientKey(client: ClientName, headers: IncomingHttpHeaders, token: string): void {
  const [name, value] = EXPECTED[client](token);
  if (headers[name] === value) return;
  const message = `${client} expects ${name} as its client was told; the key is SANDBOX_TOKEN`;
  throw new HttpError(401, { code: "UNAUTHORIZED", message });
}
