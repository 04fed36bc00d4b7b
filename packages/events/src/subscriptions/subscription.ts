import { randomBytes } from "node:crypto";

import { DrumlineError } from "@drumline/core/errors";
import { z } from "zod";

import { RESERVED_HEADERS } from "../deliveries/to-request.ts";
import { parseTarget, parseWebhookSecret, retryScheduleSchema } from "../webhooks/index.ts";

const [FEWEST_SECRET_BYTES, MOST_SECRET_BYTES] = [24, 64];

const isSecret = (secret: string): boolean => {
  try {
    const { length } = parseWebhookSecret(secret);
    return length >= FEWEST_SECRET_BYTES && length <= MOST_SECRET_BYTES;
  } catch {
    return false;
  }
};

/** What is sent with every request, and looked at for every event. */
const MOST_HEADERS = 30;
const MOST_FILTERS = 50;
const MOST_JSON_CHARACTERS = 16_384;

const isShort = (value: object, most: number): boolean =>
  Object.keys(value).length <= most && JSON.stringify(value).length <= MOST_JSON_CHARACTERS;

const isTarget = (url: string): boolean => {
  // The parser takes line breaks, tabs and spaces out; what is kept and shown would be another text than what is called.
  if (/[\s\p{Cc}]/u.test(url)) return false;
  try {
    // Whether its address is allowed is judged at every connection; here only what can never be right is refused.
    return parseTarget(url) !== null;
  } catch {
    return false;
  }
};

const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, "not a header name")
  .refine((name) => !RESERVED_HEADERS.has(name.toLowerCase()), "this header is ours or the connection's");

/** What a subscriber sends; the original's names (dj-whisperer). */
export const newSubscriptionSchema = z.strictObject({
  target_url: z
    .string()
    .max(2_000)
    .refine(isTarget, "expected an http or https URL without credentials, spaces and line breaks")
    .describe("Gets a POST for every event; public addresses only, unless WEBHOOK_ALLOW_PRIVATE is on."),
  event_type: z
    .string()
    .regex(/^(\*|[a-z0-9_-]+(\.[a-z0-9_-]+)*(\.\*)?)$/, "expected a type such as package.created, package.* or *")
    .max(200)
    .describe("Such as `package.created`; `package.*` and `*` take many."),
  secret_key: z
    .string()
    .max(300)
    .refine(
      (secrets) => secrets.trim() !== "" && secrets.trim().split(/\s+/).every(isSecret),
      "expected whsec_ and base64 of 24 to 64 random bytes, as from: echo whsec_$(openssl rand -base64 32)",
    )
    .optional()
    .describe("Signs every request; several, newest first, while it is changed. Made up, and told once, when absent."),
  retry_countdown_config: retryScheduleSchema
    .optional()
    .describe("Absent: ten attempts within 76 hours, as Standard Webhooks recommends."),
  additional_headers: z
    .record(
      headerName,
      z
        .string()
        .max(2_000)
        .regex(/^[\t\x20-\x7e]*$/, "only printable ASCII"),
    )
    .refine((headers) => isShort(headers, MOST_HEADERS), `at most ${MOST_HEADERS} headers, 16 KiB together`)
    .default({}),
  config: z
    .record(
      z.string().min(1).max(200),
      z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.unknown()).max(100)]),
    )
    .refine((filter) => isShort(filter, MOST_FILTERS), `at most ${MOST_FILTERS} paths, 16 KiB together`)
    .default({})
    .describe("Filter: a path in the payload, such as `location`, and the value or the list of values wanted there."),
});

/** What a subscriber sends, parsed. */
export type NewSubscription = z.output<typeof newSubscriptionSchema>;

/** A new secret of 32 random bytes, in the form receivers know. */
export const makeSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

/** Active subscriptions of one owner: each event is looked at for all of them. */
export const MOST_SUBSCRIPTIONS = 200;

export class TooManySubscriptions extends DrumlineError {
  constructor(owner: string) {
    super(`${owner} has ${MOST_SUBSCRIPTIONS} active hooks, the most there may be; delete one that is not needed`, {
      code: "TOO_MANY_SUBSCRIPTIONS",
    });
  }
}

/** The owner already has this subscription. */
export class SubscriptionExists extends DrumlineError {
  constructor({ target_url: url, event_type: type }: NewSubscription, id: bigint) {
    super(`hook ${id} already sends ${type} to ${url}; delete it first to change it`, { code: "SUBSCRIPTION_EXISTS" });
  }
}
