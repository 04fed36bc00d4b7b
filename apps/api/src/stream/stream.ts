import { SECOND_MS } from "@drumline/core/clock";
import { loadBulkVersions, loadRunVersions, loadScheduleVersions } from "@drumline/engine";
import { loadOpenVersions } from "@drumline/problems";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { ChangeFeed, MOST_IDS, type Source } from "./change-feed.ts";
import { toFrame, Watcher } from "./watchers.ts";

const TOPICS = ["runs", "schedules", "problems", "bulk-actions"] as const;
type Topic = (typeof TOPICS)[number];

const LOOK_EVERY_MS = SECOND_MS;
const RETRY_AFTER_MS = 2 * SECOND_MS;

const topicsSchema = z
  .string()
  .max(100)
  .default(TOPICS.join(","))
  .refine((text) => text.split(",").every((topic) => (TOPICS as readonly string[]).includes(topic)), {
    error: `expected one or more of ${TOPICS.join(", ")}, separated by commas`,
  });

/** What has changed, as it changes. Says which rows and nothing of them: who watches reads them by the other routes. */
export function addStreamRoute(app: Api, { db, log, streamCheckedMs }: ApiParts): void {
  const watchers = new Set<Watcher>();
  const sources: Readonly<Record<Topic, Source>> = {
    runs: { load: (limit) => loadRunVersions(db, limit), tellsGone: false },
    schedules: { load: (limit) => loadScheduleVersions(db, limit), tellsGone: false },
    "bulk-actions": { load: (limit) => loadBulkVersions(db, limit), tellsGone: false },
    problems: { load: (limit) => loadOpenVersions(db, limit), tellsGone: true },
  };
  const feed = new ChangeFeed<Topic>(sources, { log, everyMs: LOOK_EVERY_MS }, (changes) => {
    for (const { topic, ids } of changes) {
      const frame = toFrame(topic, ids);
      for (const watcher of watchers) watcher.send(topic, frame);
    }
  });

  const watch = (request: FastifyRequest, reply: FastifyReply, topics: ReadonlySet<string>) => {
    // From here on Fastify sends nothing of its own, the headers of its hooks neither.
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    const watcher = new Watcher(raw, topics);
    raw.write(`retry: ${RETRY_AFTER_MS}\n\n`);
    watchers.add(watcher);
    feed.start();
    const alive = setInterval(() => {
      app.identifyAgain(request).then(
        () => watcher.sayAlive(),
        () => watcher.end(),
      );
    }, streamCheckedMs);
    raw.on("error", () => raw.destroy());
    raw.on("close", () => {
      clearInterval(alive);
      watchers.delete(watcher);
      if (watchers.size === 0) feed.stop();
    });
  };

  // An open stream would hold up the end of the server for ever.
  app.addHook("preClose", async () => {
    for (const watcher of watchers) watcher.end();
    feed.stop();
    await feed.settled();
  });

  app.get(
    "/api/v1/stream",
    {
      config: { keepsNoCopy: true, isUnattended: true },
      schema: {
        summary: "What changes, as server-sent events",
        description: `\`event: change\` with \`{topic, ids}\` names at most ${MOST_IDS} rows that have changed since the last look, a second ago; \`event: resync\` with \`{topic}\` says that more have, or, with a topic of null, that this watcher was too slow to be told: read the list anew. Ids of problems are those of problems that were opened, changed or closed. The stream ends when the token or session does, and is no use of a session: one that nobody uses besides is over after its twelve hours, and the stream with it.`,
        tags: ["runs"],
        produces: ["text/event-stream"],
        querystring: z.strictObject({ topics: topicsSchema.describe(`Some of ${TOPICS.join(", ")}; left out, all.`) }),
        response: { 200: z.string().describe("A stream of events that ends with the connection.") },
      },
    },
    (request, reply) => watch(request, reply, new Set(request.query.topics.split(","))),
  );
}
