import { createHmac, timingSafeEqual } from "node:crypto";

/** A webhook call as it came over the wire. */
export interface HookCall {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly rawBody: string;
}

export interface HookCounts {
  readonly received: number;
  readonly unique: number;
  /** Without an id, or with a signature that does not fit the secret the receiver was told. */
  readonly invalid: number;
  /** Of the unique ones, by event type. */
  readonly byType: Readonly<Record<string, number>>;
}

/** Receivers of webhooks that dedupe on the id, as Standard Webhooks ask them to. */
export interface ReceivedWebhooks {
  /** False: the call is not acceptable. */
  receive(name: string, call: HookCall): boolean;
  /** From now on both signatures must be there and right. */
  setSecret(name: string, secret: string | null): void;
  counts(name: string): HookCounts;
}

interface Receiver {
  secret: string | null;
  received: number;
  invalid: number;
  readonly ids: Set<string>;
  readonly byType: Map<string, number>;
}

export function createReceivedWebhooks(): ReceivedWebhooks {
  const receivers = new Map<string, Receiver>();
  const receiver = (name: string): Receiver => {
    const known = receivers.get(name);
    if (known !== undefined) return known;
    const fresh: Receiver = { secret: null, received: 0, invalid: 0, ids: new Set(), byType: new Map() };
    receivers.set(name, fresh);
    return fresh;
  };
  return {
    receive: (name, call) => {
      const at = receiver(name);
      at.received += 1;
      const id = header(call, "webhook-id");
      if (id === null || (at.secret !== null && !isSigned(call, id, at.secret))) {
        at.invalid += 1;
        return false;
      }
      if (at.ids.has(id)) return true;
      at.ids.add(id);
      const type = header(call, "x-whisperer-event") ?? "(none)";
      at.byType.set(type, (at.byType.get(type) ?? 0) + 1);
      return true;
    },
    setSecret: (name, secret) => void (receiver(name).secret = secret),
    counts: (name) => {
      const { received, invalid, ids, byType } = receiver(name);
      return { received, unique: ids.size, invalid, byType: Object.fromEntries(byType) };
    },
  };
}

/** By Standard Webhooks 1.0 and by the Whisperer's own header. */
function isSigned(call: HookCall, id: string, secret: string): boolean {
  const timestamp = header(call, "webhook-timestamp") ?? "";
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const standard = createHmac("sha256", key).update(`${id}.${timestamp}.${call.rawBody}`).digest("base64");
  const whisperer = createHmac("sha256", secret).update(call.rawBody).digest("hex");
  const offered = (header(call, "webhook-signature") ?? "").split(" ");
  return (
    offered.some((signature) => isSame(signature, `v1,${standard}`)) &&
    isSame(header(call, "x-whisperer-signature") ?? "", `sha256=${whisperer}`)
  );
}

function isSame(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function header({ headers }: HookCall, name: string): string | null {
  const value = headers[name];
  return typeof value === "string" && value !== "" ? value : null;
}
