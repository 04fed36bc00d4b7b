import { DrumlineError } from "@drumline/core/errors";
import type { JsonObject } from "@drumline/core/task";
import type { Database, Transaction } from "@drumline/db";

/** A webhook that was believed and kept. */
export interface StoredWebhook {
  readonly id: bigint;
  readonly sourceId: string;
  /** The name of its source. */
  readonly source: string;
  /** The sender's own id of it, or a hash of its bytes. */
  readonly eventId: string;
  /** Such as `orders/create`; null where the sender does not say. */
  readonly topic: string | null;
  /** By names in lower case, without secrets. */
  readonly headers: JsonObject;
  /** As it was sent, byte by byte; nobody has read it yet. */
  readonly body: Buffer;
  readonly receivedAt: Date;
  /** How often a person has asked for it to be handed on again; it was handed on before. */
  readonly replays: number;
}

/** A source from which nothing comes any more. */
export interface SilentSource {
  readonly id: string;
  readonly name: string;
  /** Null: nothing ever came. */
  readonly lastReceivedAt: Date | null;
}

/** Who is given what the sources bring that name it. The port between the inbox and a context. */
export interface WebhookConsumer {
  /** As sources name it: `integration`. */
  readonly name: string;
  /**
   * Takes webhooks over, several of several sources, in the transaction that marks them done. Where it throws, each is given
   * alone, and the one that still throws is given again later. Throws `WebhookNotTaken` where later is of no use.
   */
  take(tx: Transaction, webhooks: readonly StoredWebhook[], at: Date): Promise<void>;
  /** After the commit of what was taken: for what need not wait. A failure is logged, and loses nothing. */
  taken?(db: Database, webhooks: readonly StoredWebhook[]): Promise<void>;
  /** Asks for a pull of what a silent source may not have told, in the transaction that notes it was asked. */
  pullMissed(tx: Transaction, source: SilentSource, at: Date): Promise<void>;
}

/** What cannot be taken, however often it is tried: it is kept as FAILED, for a person. */
export class WebhookNotTaken extends DrumlineError {
  constructor(why: string, cause?: unknown) {
    super(why, { code: "WEBHOOK_NOT_TAKEN", cause });
  }
}
