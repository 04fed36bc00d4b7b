import { setTimeout as sleep } from "node:timers/promises";

import type {
  Amount,
  NewRefund,
  ObservedPayment,
  ObservedRefund,
  PaymentGateway,
  PaymentHint,
  RefundStatus,
} from "../src/gateways/payments/port.ts";
import { NoSuchPayment, NotCancelable, UnreadableWebhook } from "../src/gateways/payments/errors.ts";

type Call = "get" | "cancel" | "refund" | "listRefunds" | "list" | "listDisputes";

/** A provider whose payments a test writes, and whose answers it can make fail: `before` nothing is done, `after` it is. */
export interface ScriptedProvider extends PaymentGateway {
  readonly payments: Map<string, ObservedPayment>;
  /** By the payment's provider id. */
  readonly refunds: Map<string, ObservedRefund[]>;
  /** Every call, as `get tr_1`. */
  readonly calls: string[];
  put(providerId: string, changes?: Partial<ObservedPayment>): void;
  setRefund(providerId: string, at: number, status: RefundStatus): void;
  /** Makes the next calls of a kind fail, or all of them with `times` Infinity. */
  fail(call: Call, error: unknown, options?: { times?: number; when?: "before" | "after"; only?: string }): void;
  heal(): void;
  /** Most calls that were under way at once. */
  readonly mostAtOnce: () => number;
}

interface Fault {
  call: Call;
  error: unknown;
  times: number;
  when: "before" | "after";
  only: string | undefined;
}

export const euro = (minor: bigint): Amount => ({ minor, currency: "EUR" });

export function scriptedProvider({
  provider = "mollie",
  canPoll = true,
  delayMs = 0,
}: { provider?: string; canPoll?: boolean; delayMs?: number } = {}): ScriptedProvider {
  const payments = new Map<string, ObservedPayment>();
  const refunds = new Map<string, ObservedRefund[]>();
  const calls: string[] = [];
  let faults: Fault[] = [];
  let atOnce = 0;
  let most = 0;
  let refundNo = 0;

  const find = (providerId: string): ObservedPayment => {
    const found = payments.get(providerId);
    if (found === undefined) throw new NoSuchPayment(provider, providerId);
    return found;
  };
  const meetFault = (call: Call, about: string, when: "before" | "after") => {
    const fault = faults.find(
      (one) => one.call === call && one.when === when && one.times > 0 && (one.only ?? about) === about,
    );
    if (fault === undefined) return;
    fault.times -= 1;
    throw fault.error;
  };
  async function answer<Answer>(call: Call, about: string, work: () => Answer): Promise<Answer> {
    calls.push(`${call} ${about}`);
    atOnce += 1;
    most = Math.max(most, atOnce);
    try {
      if (delayMs > 0) await sleep(delayMs);
      else await Promise.resolve();
      meetFault(call, about, "before");
      const answered = work();
      meetFault(call, about, "after");
      return answered;
    } finally {
      atOnce -= 1;
    }
  }

  return {
    provider,
    canPoll,
    payments,
    refunds,
    calls,
    mostAtOnce: () => most,
    put(providerId, changes = {}) {
      const known = payments.get(providerId) ?? freshPayment(providerId);
      const status = changes.status === undefined ? known.status : changes.status;
      const rawStatus = changes.rawStatus ?? status?.toLowerCase() ?? known.rawStatus;
      payments.set(providerId, { ...known, ...changes, status, rawStatus });
    },
    setRefund(providerId, at, status) {
      const list = refunds.get(providerId)!;
      list[at] = { ...list[at]!, status, rawStatus: status.toLowerCase() };
    },
    fail: (call, error, { times = 1, when = "before", only } = {}) =>
      void faults.push({ call, error, times, when, only }),
    heal: () => void (faults = []),
    create: () => Promise.reject(new Error("no test creates payments here")),
    get: (providerId) => answer("get", providerId, () => find(providerId)),
    cancel: (providerId) =>
      answer("cancel", providerId, () => {
        const payment = find(providerId);
        if (!payment.isCancelable) throw new NotCancelable(provider, providerId, "The payment cannot be cancelled");
        const cancelled: ObservedPayment = {
          ...payment,
          status: "CANCELED",
          rawStatus: "canceled",
          isCancelable: false,
        };
        payments.set(providerId, cancelled);
        return cancelled;
      }),
    refund: ({ paymentProviderId, reference, amount }: NewRefund) =>
      answer("refund", paymentProviderId, () => {
        find(paymentProviderId);
        const refund = {
          providerId: `re_${(refundNo += 1)}`,
          reference,
          status: "PENDING",
          rawStatus: "pending",
          amount,
        } as const;
        refunds.set(paymentProviderId, [...(refunds.get(paymentProviderId) ?? []), refund]);
        return refund;
      }),
    listRefunds: (providerId) => answer("listRefunds", providerId, () => refunds.get(providerId) ?? []),
    async *list(since) {
      const listed = [...payments.values()].filter(({ createdAt }) => createdAt === null || createdAt >= since);
      for (let at = 0; at < listed.length; at += 2)
        yield await answer("list", String(at), () => listed.slice(at, at + 2));
    },
    async *listDisputes(since) {
      yield await answer("listDisputes", "all", () =>
        [...payments.values()].flatMap(({ providerId: paymentProviderId, disputes }) =>
          (disputes ?? [])
            .filter(({ openedAt }) => openedAt >= since)
            .map((dispute) => ({ paymentProviderId, dispute })),
        ),
      );
    },
    parseWebhook(rawBody): readonly PaymentHint[] {
      const id = new URLSearchParams(rawBody.toString()).get("id");
      if (id === null || !/^tr_\w{1,60}$/.test(id)) throw new UnreadableWebhook(provider, "it has no id");
      return [{ providerId: id, eventId: null, observed: null }];
    },
  };
}

const freshPayment = (providerId: string): ObservedPayment => ({
  providerId,
  reference: null,
  status: "OPEN",
  rawStatus: "open",
  mode: "test",
  method: "ideal",
  amount: euro(1_000n),
  isCancelable: false,
  failureReason: null,
  checkoutUrl: null,
  createdAt: null,
  expiresAt: null,
  captureBefore: null,
  refunds: null,
  disputes: null,
});
