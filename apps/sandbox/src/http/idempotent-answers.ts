import { HttpError, type Reply, type RouteRequest } from "./route.ts";

const MOST_ANSWERS = 10_000;

/** Remembers answers by idempotency key. */
export interface IdempotentAnswers {
  /**
   * The answer to this key: the one given before, or what `act` gives now. Throws a 400 without a key, and a 422 when the
   * key came with another body before.
   */
  once(scope: string, request: RouteRequest, act: () => Reply): Reply;
}

export function createIdempotentAnswers(): IdempotentAnswers {
  const answers = new Map<string, { readonly body: string; readonly reply: Reply }>();
  return {
    once: (scope, { headers, body }, act) => {
      const header = headers["idempotency-key"];
      if (typeof header !== "string" || header === "")
        throw new HttpError(400, { code: "NO_KEY", message: "expected an Idempotency-Key header" });
      const key = `${scope} ${header}`;
      const text = JSON.stringify(body);
      const known = answers.get(key);
      if (known === undefined) {
        const reply = act();
        answers.set(key, { body: text, reply });
        if (answers.size > MOST_ANSWERS) answers.delete(answers.keys().next().value!);
        return reply;
      }
      if (known.body !== text)
        throw new HttpError(422, { code: "KEY_REUSED", message: "this Idempotency-Key came with another body before" });
      return { ...known.reply, headers: { ...known.reply.headers, "idempotent-replayed": "true" } };
    },
  };
}
