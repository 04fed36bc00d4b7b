import { jsonReply, type Reply, type Route, type RouteRequest } from "../../http/index.ts";
import type { IdempotencyKeys } from "../idempotency-keys.ts";
import type { Mode } from "../played-payment.ts";
import type { PlayedProvider } from "../played-provider.ts";

export interface PlayedStripe {
  readonly provider: PlayedProvider;
  readonly keys: IdempotencyKeys;
  /** The part of a secret key after `sk_test_` or `sk_live_`. */
  readonly token: string;
  readonly nowMs: () => number;
}

/** A call whose key fits. */
export interface StripeCall {
  readonly request: RouteRequest;
  readonly mode: Mode;
  readonly base: string;
  readonly form: URLSearchParams;
}

interface StripeProblem {
  readonly message: string;
  readonly type?: string;
  readonly code?: string;
  readonly param?: string;
}

export const stripeError = (status: number, { type = "invalid_request_error", ...rest }: StripeProblem): Reply =>
  jsonReply({ error: { type, ...rest } }, status);

export const noSuch = (what: string, id: string, status = 404): Reply =>
  stripeError(status, {
    code: "resource_missing",
    message: `No such ${what}: '${id}'`,
    param: status === 404 ? "id" : what,
  });

/** Of the fields metadata[…]. */
export const metadataOf = (form: URLSearchParams): Record<string, string> =>
  Object.fromEntries(
    [...form].flatMap(([name, value]) => {
      const key = /^metadata\[(.+)\]$/.exec(name)?.[1];
      return key === undefined ? [] : [[key, value]];
    }),
  );

export const stripeRoute = (
  { provider, keys, token, nowMs }: PlayedStripe,
  method: "GET" | "POST",
  path: string,
  { about, handle }: { readonly about: string; readonly handle: (call: StripeCall) => Reply },
): Route => ({
  method,
  path: `/stripe/v1${path}`,
  about: `Stripe: ${about}`,
  auth: null,
  reads: "text",
  handle: (request) => {
    const [, mode, key] = /^Bearer sk_(live|test)_(.+)$/.exec(request.headers.authorization ?? "") ?? [];
    if (key !== token) return stripeError(401, { message: "Invalid API Key provided" });
    provider.advance(nowMs());
    const call: StripeCall = {
      request,
      mode: mode as Mode,
      base: `http://${request.headers.host}/stripe`,
      form: new URLSearchParams(request.rawBody),
    };
    if (method === "GET") return handle(call);
    const place = Object.values(request.params).join("/");
    return keys.once(request, { scope: `${mode} ${path} ${place}`, nowMs: nowMs() }, () => handle(call));
  },
});

/** A page of a list, newest first, after `starting_after`. */
export function toListReply<Item extends { readonly id: string }>(
  items: readonly Item[],
  { query }: RouteRequest,
  view: (item: Item) => unknown,
): Reply {
  const { limit = "10", starting_after: after } = query;
  const most = Number(limit);
  if (!Number.isInteger(most) || most < 1 || most > 100)
    return stripeError(400, { message: "Invalid integer: limit must be from 1 to 100", param: "limit" });
  const start = after === undefined ? 0 : items.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && start === 0) return noSuch("starting_after", after, 400);
  const data = items.slice(start, start + most).map(view);
  return jsonReply({ object: "list", data, has_more: start + most < items.length, url: "/v1" });
}
