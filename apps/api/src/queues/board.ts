import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { FastifyAdapter } from "@bull-board/fastify";
import { BEAT_QUEUE, TASK_QUEUES } from "@drumline/core/queue";

import type { Api, ApiParts } from "../api.ts";
import { HttpProblem } from "../http/problem.ts";

const PATH = "/queues/board";

/** Its page has a <base> and styles of its own; it asks for fonts elsewhere, which stay away. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * The jobs of BullMQ one by one, by bull-board: for admins, since jobs hold ids of runs, and to be read only, since what
 * it would do with a job goes past the ledger and its audit.
 */
export async function addQueueBoard(app: Api, { queues }: ApiParts): Promise<void> {
  const adapter = new FastifyAdapter();
  adapter.setBasePath(PATH);
  createBullBoard({
    queues: [BEAT_QUEUE, ...TASK_QUEUES].map((name) => new BullMQAdapter(queues.queue(name), { readOnlyMode: true })),
    // The adapter was typed against a copy of its own of the same package.
    serverAdapter: adapter as unknown as Parameters<typeof createBullBoard>[0]["serverAdapter"],
    options: { uiConfig: { boardTitle: "Drumline queues" } },
  });
  await app.register(
    async (board) => {
      board.addHook("onRoute", (route) => void (route.config = { ...route.config, access: "admin" }));
      board.addHook("onRequest", async ({ method, url }, reply) => {
        if (method !== "GET" && method !== "HEAD")
          throw new HttpProblem(
            405,
            `${method} ${url}: the board is to be read only; retry, cancel and pause through /api/v1.`,
            {
              headers: { allow: "GET, HEAD" },
            },
          );
        reply.header("content-security-policy", POLICY);
      });
      // It would answer every error with 500 in a form of its own, a refusal of the guard too.
      await board.register((scope, _options, done) => {
        Object.assign(scope, { setErrorHandler: () => scope });
        adapter.registerPlugin()(scope, {}, done);
      });
    },
    { prefix: PATH },
  );
}
