import { backoffAfter, HOUR_MS, MINUTE_MS } from "@drumline/core/clock";
import { pauseEnd, type TaskContext, turnOf } from "@drumline/core/task";
import { type Database, toErrorText } from "@drumline/db";
import { AuthenticationRefused, createConcurrencyLimit, RateLimited } from "@drumline/outbound/http";
import { closeProblems, openProblems } from "@drumline/problems";

import { NoSuchPayment, NotCancelable } from "../gateways/payments/errors.ts";
import type { ObservedPayment, PaymentGateway } from "../gateways/payments/port.ts";
import { isLive } from "./payment.ts";
import { PROVIDER_REFUSES } from "./payment-problem-kinds.ts";
import { providerSubject } from "./payment-problems.ts";
import type { Seen } from "./plan-provider-state.ts";
import type { PaymentCheckSettings } from "./settings.ts";

export type PaymentContext = TaskContext<
  unknown,
  { readonly payments: ReadonlyMap<string, PaymentGateway>; readonly settings: PaymentCheckSettings },
  Database
>;

/** What is asked about. */
export interface AskedPayment {
  readonly id: string;
  readonly provider: string;
  readonly providerId: string;
  readonly failedChecks: number;
  /** Refunds are on their way, so they are asked for where the answer has none. */
  readonly hasOpenRefunds: boolean;
  /** Nobody wants its money any more: it is cancelled at its provider as well, where that can be done. */
  readonly isUnwanted: boolean;
}

export type Answer =
  | { readonly kind: "SEEN"; readonly seen: Seen }
  /** Nothing is known, nothing changes; asked again at `retryAt`. */
  | { readonly kind: "FAILED"; readonly error: string; readonly retryAt: Date }
  /** Was not asked, for a reason that is not its own. */
  | { readonly kind: "PUT_BACK"; readonly retryAt: Date };

/** Of what went wrong with one payment or refund, as its row keeps it. */
export const ERROR_CODE_POINTS = 1_000;

/** The providers as one run finds them: who asked for silence, and who refuses our key, is asked no more in this run. */
export class AskedProviders {
  readonly #context: PaymentContext;
  readonly #limited: <Result>(work: () => Promise<Result>) => Promise<Result>;
  readonly #silentUntil = new Map<string, Date>();
  readonly #refused = new Map<string, AuthenticationRefused>();
  readonly #answered = new Set<string>();

  constructor(context: PaymentContext) {
    this.#context = context;
    this.#limited = createConcurrencyLimit(context.gateways.settings.shopPaymentConcurrency);
  }

  /** Names of those that can be asked, and may be. */
  get open(): string[] {
    return [...this.#context.gateways.payments.values()]
      .filter(({ provider, canPoll }) => canPoll && this.mayAsk(provider))
      .map(({ provider }) => provider);
  }

  /** Names of those that only talk themselves. */
  get unasked(): string[] {
    return [...this.#context.gateways.payments.values()]
      .filter(({ canPoll }) => !canPoll)
      .map(({ provider }) => provider);
  }

  mayAsk(provider: string): boolean {
    return !this.#silentUntil.has(provider) && !this.#refused.has(provider);
  }

  /** Calls a provider, no more at once than set; notes what concerns every further call, and throws what it threw. */
  async call<Result>(provider: string, work: (gateway: PaymentGateway) => Promise<Result>): Promise<Result> {
    const gateway = this.#context.gateways.payments.get(provider);
    if (gateway === undefined) throw new Error(`no gateway is configured for the payment provider "${provider}"`);
    return await this.#limited(async () => {
      this.#context.signal.throwIfAborted();
      this.#throwIfClosed(provider);
      try {
        const result = await work(gateway);
        this.#answered.add(provider);
        return result;
      } catch (error) {
        if (error instanceof AuthenticationRefused) this.#refused.set(provider, error);
        if (error instanceof RateLimited)
          this.#silentUntil.set(provider, pauseEnd(turnOf(this.#context), error.retryAfterMs));
        throw error;
      }
    });
  }

  #throwIfClosed(provider: string): void {
    if (!this.mayAsk(provider)) throw new NotAsked(provider);
  }

  async ask(payment: AskedPayment): Promise<Answer> {
    try {
      const observed = await this.call(payment.provider, async (gateway) => await this.#look(gateway, payment));
      return { kind: "SEEN", seen: { kind: "PAYMENT", observed } };
    } catch (error) {
      if (error instanceof NoSuchPayment) return { kind: "SEEN", seen: { kind: "NOT_FOUND" } };
      return this.#toFailure(payment, error);
    }
  }

  async #look(gateway: PaymentGateway, { providerId, hasOpenRefunds, isUnwanted }: AskedPayment) {
    const { signal } = this.#context;
    const observed = await gateway.get(providerId, signal);
    if (isUnwanted && observed.isCancelable && isLiveOrPromised(observed))
      return await cancelOrKeep(gateway, observed, signal);
    if (!hasOpenRefunds || observed.refunds !== null) return observed;
    return { ...observed, refunds: await gateway.listRefunds(providerId, signal) };
  }

  #toFailure({ provider, failedChecks }: AskedPayment, error: unknown): Answer {
    const turn = turnOf(this.#context);
    if (this.#context.signal.aborted || !this.mayAsk(provider))
      return { kind: "PUT_BACK", retryAt: this.#silentUntil.get(provider) ?? turn.now };
    const delayMs = backoffAfter(failedChecks + 1, { firstMs: MINUTE_MS, longestMs: HOUR_MS });
    return {
      kind: "FAILED",
      error: toCallError(error),
      retryAt: pauseEnd(turn, delayMs),
    };
  }

  retryAtOf(provider: string): Date {
    return this.#silentUntil.get(provider) ?? this.#context.clock.now();
  }

  /** Tells of providers that refuse our key, and no longer of those that answered. @throws the refusal, which ends the run */
  async conclude(): Promise<void> {
    const { db, clock } = this.#context;
    const refusals = [...this.#refused];
    await openProblems(
      db,
      refusals.map(([provider, { message }]) => ({
        kind: PROVIDER_REFUSES,
        subject: providerSubject(provider),
        reason: message,
      })),
      clock.now(),
    );
    await closeProblems(db, {
      kind: PROVIDER_REFUSES,
      subjects: [...this.#answered].filter((provider) => !this.#refused.has(provider)).map(providerSubject),
      reason: "it takes our key again",
      at: clock.now(),
    });
    for (const [, refusal] of refusals) throw refusal;
  }
}

/** What went wrong with one payment or refund, as its row keeps it. */
export const toCallError = (error: unknown): string => toErrorText(error, ERROR_CODE_POINTS);

/** The provider is not asked in this run any more. */
class NotAsked extends Error {
  constructor(provider: string) {
    super(`${provider} is not asked any more in this run`);
  }
}

const isLiveOrPromised = ({ status }: ObservedPayment): boolean =>
  status !== null && (isLive({ status }) || status === "AUTHORIZED");

/** One that it is too late for stays as it was seen. */
export async function cancelOrKeep(
  gateway: PaymentGateway,
  observed: ObservedPayment,
  signal: AbortSignal,
): Promise<ObservedPayment> {
  try {
    return await gateway.cancel(observed.providerId, signal);
  } catch (error) {
    if (error instanceof NotCancelable) return observed;
    throw error;
  }
}
