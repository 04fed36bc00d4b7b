import { DrumlineError } from "@drumline/core/errors";

/** How far the virtual time of the sandbox has come. */
export interface SandboxState {
  readonly virtualNow: string;
  readonly ordersVisible: number;
  readonly ordersTotal: number;
  /** When the next order or cancellation plan comes about. */
  readonly nextAt: string | null;
  /** When the last thing happens to the parcels announced so far. */
  readonly parcelsMoveUntil: string | null;
}

/** Something a store has to decide about: a package to pack, or a transfer to send. */
export interface WaitingWork {
  readonly id: string;
  readonly orderNumber: string;
  readonly erpCode: string;
  readonly skus: readonly string[];
}

export interface StoreAction {
  readonly id: string;
  readonly act: "PACK" | "WAIT" | "NEVER" | "MISSING";
  readonly missing: readonly string[];
}

/** How an order ends by the dataset, and what Omnitron was told. */
export interface DatasetOutcome {
  readonly pk: number;
  readonly number: string;
  readonly status: string;
  readonly items: number;
  readonly isHandedOver: boolean;
  readonly isDelivered: boolean;
  readonly toldStatus: string | null;
  readonly cancellation: string | null;
}

export interface HookCounts {
  readonly received: number;
  readonly unique: number;
  readonly invalid: number;
}

/** Whether Omnitron wants units of an order cancelled, or no longer. */
export interface CancellationWish {
  readonly order: string;
  readonly plan_type: "cancel" | "refund";
  readonly status: "waiting" | "rejected";
  readonly items: readonly { readonly order_item_pk: number; readonly quantity: number }[];
}

/** A cancellation plan of Omnitron's, and what came back about it. */
export interface CancellationSeen extends Omit<CancellationWish, "order"> {
  readonly pk: number;
  readonly order: { readonly number: string };
  readonly modified_date: string;
  readonly result: { readonly status: string } | null;
}

/** What is at a location; null: what the dataset says. */
export interface StockSaid {
  readonly sku: string;
  readonly erp_code: string;
  readonly quantity: number | null;
}

/** The sandbox, as whoever plays the world steers and questions it. */
export interface SandboxClient {
  state(): Promise<SandboxState>;
  showTime(instant: Date): Promise<SandboxState>;
  setFaults(faults: readonly object[]): Promise<void>;
  decide(waiting: readonly WaitingWork[]): Promise<readonly StoreAction[]>;
  outcomes(): Promise<readonly DatasetOutcome[]>;
  /** An order as Omnitron sends it, with what was changed so far. */
  order(number: string): Promise<Readonly<Record<string, unknown>>>;
  /** Puts these fields over those of the order, and answers it. */
  changeOrder(number: string, patch: object): Promise<Readonly<Record<string, unknown>>>;
  /** Makes the plan, or changes it. */
  putCancellation(pk: number, wish: CancellationWish): Promise<Readonly<Record<string, unknown>>>;
  cancellations(): Promise<readonly CancellationSeen[]>;
  setStock(levels: readonly StockSaid[]): Promise<void>;
  setSecret(hook: string, secret: string): Promise<void>;
  hookCounts(hook: string): Promise<HookCounts>;
}

/** The sandbox did not do as it was told. */
export class SandboxRefused extends DrumlineError {
  constructor(method: string, path: string, status: number, text: string) {
    super(`the sandbox answered ${status} to ${method} ${path}: ${text.slice(0, 500)}`, { code: "SANDBOX_REFUSED" });
  }
}

const DECIDED_AT_ONCE = 1_000;
const OUTCOMES_AT_ONCE = 5_000;

export function connectSandbox(url: string): SandboxClient {
  async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new SandboxRefused(method, path, response.status, await response.text());
    return (await response.json()) as Answer;
  }
  return {
    state: () => call("GET", "/_sandbox/state"),
    showTime: (instant) => call("PUT", "/_sandbox/clock", { virtualNow: instant.toISOString(), speed: 0 }),
    setFaults: async (faults) => void (await call("PUT", "/_sandbox/faults", faults)),
    decide: async (waiting) => {
      const actions: StoreAction[] = [];
      for (let from = 0; from < waiting.length; from += DECIDED_AT_ONCE) {
        const part = waiting.slice(from, from + DECIDED_AT_ONCE);
        const answer = await call<{ actions: StoreAction[] }>("POST", "/_sandbox/stores/decide", { waiting: part });
        actions.push(...answer.actions);
      }
      return actions;
    },
    outcomes: async () => {
      const all: DatasetOutcome[] = [];
      for (let hasMore = true; hasMore;) {
        const path = `/_sandbox/outcomes?limit=${OUTCOMES_AT_ONCE}&after_pk=${all.at(-1)?.pk ?? 0}`;
        const page = await call<{ results: DatasetOutcome[]; has_more: boolean }>("GET", path);
        all.push(...page.results);
        hasMore = page.has_more;
      }
      return all;
    },
    order: (number) => call("GET", `/_sandbox/orders/${number}`),
    changeOrder: (number, patch) => call("PUT", `/_sandbox/orders/${number}`, { patch }),
    putCancellation: (pk, wish) => call("PUT", `/_sandbox/cancellation_plans/${pk}`, wish),
    cancellations: async () =>
      (await call<{ results: CancellationSeen[] }>("GET", "/_sandbox/cancellation_plans")).results,
    setStock: async (levels) => void (await call("PUT", "/_sandbox/stock", { levels })),
    setSecret: async (hook, secret) => void (await call("PUT", `/_sandbox/hooks/${hook}`, { secret })),
    hookCounts: (hook) => call("GET", `/_sandbox/hooks/${hook}`),
  };
}
