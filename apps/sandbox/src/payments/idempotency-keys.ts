import type { Reply, RouteRequest } from "../http/index.ts";

const MOST_KEPT = 50_000;

/** Answers by idempotency key, for as long as a provider remembers them; after that the same key is a new request. */
export interface IdempotencyKeys {
  /** What was answered to this key before, or what `act` answers now. Without a key it acts. */
  once(request: RouteRequest, place: { scope: string; nowMs: number }, act: () => Reply): Reply;
}

/** `refuse` answers a key that came before with another body or to another place. */
export function createIdempotencyKeys(keptMs: number, refuse: (key: string) => Reply): IdempotencyKeys {
  const kept = new Map<string, { readonly asked: string; readonly reply: Reply; readonly untilMs: number }>();
  return {
    once(request, { scope, nowMs }, act) {
      const key = request.headers["idempotency-key"];
      if (typeof key !== "string" || key === "") return act();
      const asked = `${scope}\n${request.rawBody}`;
      const known = kept.get(key);
      if (known !== undefined && nowMs < known.untilMs) {
        if (known.asked !== asked) return refuse(key);
        return { ...known.reply, headers: { ...known.reply.headers, "idempotent-replayed": "true" } };
      }
      const reply = act();
      // What was refused is looked at anew.
      if (reply.status >= 300) return reply;
      kept.delete(key);
      kept.set(key, { asked, reply, untilMs: nowMs + keptMs });
      if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
      return reply;
    },
  };
}
