import createClient, { type Middleware } from "openapi-fetch";

import { BASE } from "./address.ts";
import { isUnattended } from "./attended.ts";
import type { components, paths } from "./openapi.d.ts";
import { RequestFailed, toRequestFailed } from "./problem.ts";
import { readToken } from "./token.ts";

/** Views by their names in docs/openapi.json: `Schemas["Run"]`. */
export type Schemas = components["schemas"];

/** What is asked of the server, typed by docs/openapi.json. Every answer but a success is thrown as `RequestFailed`. */
export const api = createClient<paths>({ baseUrl: BASE.href.replace(/\/$/, "") });

/** Adds what every request carries; `fetchFromApi` and the typed client share it. */
function withHeaders(request: Request): Request {
  const token = readToken();
  if (token !== null) request.headers.set("authorization", `Bearer ${token}`);
  if (isUnattended()) request.headers.set("drumline-unattended", "true");
  // A request that is sent again after a lost answer does nothing twice.
  if (request.method === "POST" && !request.headers.has("idempotency-key"))
    request.headers.set("idempotency-key", randomKey());
  return request;
}

const carry: Middleware = {
  onRequest: ({ request }) => withHeaders(request),
  onResponse: async ({ request, response }) => {
    if (!response.ok) throw await toRequestFailed(toWords(request), response);
  },
  onError: ({ request, error }) => new RequestFailed(toWords(request), 0, null, error),
};
api.use(carry);

/** The body of a typed answer: `const page = await dataOf(api.GET("/api/v1/runs", { params: { query } }))`. */
export async function dataOf<Data>(answer: Promise<{ data?: Data }>): Promise<Data> {
  // An answer without a body (204) has none either; its type is undefined then.
  return (await answer).data as Data;
}

/** For streams and files: the response itself, with the same headers and the same errors; `accepted` are no errors. */
export async function fetchFromApi(
  path: string,
  init: RequestInit = {},
  accepted: readonly number[] = [],
): Promise<Response> {
  const request = withHeaders(new Request(new URL(path.replace(/^\//, ""), BASE), init));
  const response = await fetch(request).catch((error: unknown) => {
    throw init.signal?.aborted === true ? error : new RequestFailed(toWords(request), 0, null, error);
  });
  if (!response.ok && !accepted.includes(response.status)) throw await toRequestFailed(toWords(request), response);
  return response;
}

const toWords = ({ method, url }: Request): string => `${method} ${new URL(url).pathname}`;

/** `crypto.randomUUID` is absent on plain http off this machine. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
