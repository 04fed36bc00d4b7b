import type { Clock } from "@drumline/core/clock";
import type { Env } from "@drumline/core/config";
import type { Log } from "@drumline/core/log";
import type { QueueBackend } from "@drumline/core/queue";
import type { TaskDefinition } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import type { DuplicateGuard, Passwords } from "@drumline/engine";
import type { MappingRunner } from "@drumline/ecomnow/commands";
import type { PaymentGateway, SnsReceiver } from "@drumline/shop/commands";
import type { SecretBox } from "@drumline/events/subscriptions";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ZodTypeProvider } from "fastify-type-provider-zod";

/** What a process was started with. */
export interface SettingSources {
  /** With `.env` added to it. */
  readonly environment: Env;
  /** What `.env` says. */
  readonly file: Env;
}

/** What the routes stand on. */
export interface ApiParts {
  readonly db: Database;
  readonly queues: QueueBackend;
  readonly clock: Clock;
  readonly log: Log;
  /** The catalogue. */
  readonly tasks: readonly TaskDefinition[];
  readonly deduplicate: DuplicateGuard;
  /** `API_ADMIN_TOKEN`: good beside the tokens of the table. */
  readonly adminToken: string | null;
  /** Of users. */
  readonly passwords: Passwords;
  /** `USER_AUDIT_SECOND_PERSON`: what takes something from a user is confirmed by somebody else than decided it. */
  readonly secondPerson: boolean;
  /** `API_VIEWERS_SEE_PEOPLE` */
  readonly viewersSeePeople: boolean;
  /** Payment providers by name: the api reads their webhooks, and asks them nothing. */
  readonly payments: ReadonlyMap<string, PaymentGateway>;
  /** The links in mails to customers. */
  readonly mailLinks: {
    /** `SHOP_LINK_KEY`; null: none is good. */
    readonly key: string | null;
    /** `SHOP_BACK_IN_STOCK_FROM` */
    readonly backInStockFrom: number;
  };
  readonly sns: SnsReceiver;
  /** Seals the secrets of subscriptions. */
  readonly secrets: SecretBox;
  /** Reads mappings before they are saved. */
  readonly mappings: MappingRunner;
  /** `ECOMNOW_PRIVATE_HOSTS`: where URLs in configuration may lead besides the public internet. */
  readonly privateHosts: readonly string[];
  /** `INTEGRATION_PRIVATE_HOSTS`: the same for the integration's. */
  readonly integrationPrivateHosts: readonly string[];
  /** What a body of a webhook may take: `WEBHOOK_BODY_LIMIT_KB`, and the time. */
  readonly webhookBody: { readonly mostBytes: number; readonly withinMs: number };
  /** `SHOP_CART_URL`: where a restored cart is shown; `{reference}` in it is the cart. */
  readonly shopCartUrl: string | null;
  /** `API_REQUESTS_PER_MINUTE`; 0 is no limit. */
  readonly requestsPerMinute: number;
  /** How long one look at the health serves everybody who asks. */
  readonly healthKeptMs: number;
  /** For whoever asks which settings are in effect. */
  readonly settingSources: SettingSources;
  /** How often an open stream looks whether whoever watches may still. */
  readonly streamCheckedMs: number;
  /** `API_TRUSTED_PROXIES`: whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
}

/** A server whose routes are typed by their zod schemas. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;
