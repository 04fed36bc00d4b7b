import { createHmac } from "node:crypto";

import { handOnWebhooks, type StoredWebhook, type WebhookConsumer } from "@drumline/events/inbox";
import { startTaskRun } from "@drumline/testing";

import { type ApiUnderTest, apiUnderTest } from "./api-under-test.ts";

const SECRET = "a secret of these tests";
export const LIMIT = 2 * 1024 * 1024;
export const hmac = (body: Buffer, encoding: "hex" | "base64", secret = SECRET): string =>
  createHmac("sha256", secret).update(body).digest(encoding);

/** Keeps what it is given; refuses what it is told to. */
export class Consumer implements WebhookConsumer {
  readonly name: string = "test";
  readonly given: StoredWebhook[] = [];
  readonly pulls: string[] = [];
  readonly #refuses: (webhook: StoredWebhook) => Error | null;
  constructor(refuses: (webhook: StoredWebhook) => Error | null = () => null) {
    this.#refuses = refuses;
  }
  take: WebhookConsumer["take"] = async (_tx, webhooks) => {
    const errors = webhooks.map(this.#refuses).filter((error) => error !== null);
    if (errors.length > 0) throw errors[0]!;
    this.given.push(...webhooks);
  };
  pullMissed: WebhookConsumer["pullMissed"] = async (_tx, { name }) => void this.pulls.push(name);
}

/** The api, sources of webhooks, and what comes of them. */
export async function webhooksUnderTest() {
  const api: ApiUnderTest = await apiUnderTest({ webhookBody: { mostBytes: LIMIT, withinMs: 500 } });
  let sources = 0;
  const post = (path: string, body: Buffer, headers: Record<string, string> = {}) =>
    api.ask(path, { method: "POST", anonymous: true, body: new Uint8Array(body), headers });
  return {
    api,
    post,
    postSigned: (path: string, body: Buffer, headers: Record<string, string> = {}) =>
      post(path, body, { "x-hub-signature-256": `sha256=${hmac(body, "hex")}`, ...headers }),
    addSource: async (fields: object = {}): Promise<{ id: string; name: string; token: string; path: string }> => {
      sources += 1;
      const body = { name: `shop-${sources}`, consumer: "test", scheme: "GITHUB", secrets: [SECRET], ...fields };
      const answer = await api.send("POST", "/api/v1/webhook-sources", body);
      if (answer.status !== 201) throw new Error(answer.body);
      return answer.json();
    },
    handOn: (consumer: WebhookConsumer, options = {}) =>
      handOnWebhooks(startTaskRun(api.db, { consumers: [consumer] }, { clock: api.clock, ...options }).context),
    statuses: async () =>
      (await api.db.webhookRequest.findMany({ orderBy: { id: "asc" } })).map(({ status }) => status),
    clear: async () => {
      await api.db.webhookRequest.deleteMany();
      await api.db.webhookSource.deleteMany();
      await api.db.problem.deleteMany();
      await api.db.auditEvent.deleteMany();
      api.clock.advance(60_000);
    },
  };
}
