import { endSession, includesRole, loadSessions, recordSecurityEvent } from "@drumline/engine";
import type { FastifyRequest } from "fastify";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { clientAddressOf } from "../http/client-address.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant } from "../http/wire.ts";
import { whoAsks } from "./access.ts";
import { sessionSchema } from "./user-view.ts";

/** Who is signed in where. Everybody sees and ends their own; admins those of all. */
export function addSessionListRoutes(app: Api, { db, clock }: ApiParts): void {
  app.get(
    "/api/v1/sessions",
    {
      schema: {
        summary: "Who is signed in, newest first",
        description: "One's own sessions; an admin is shown those of everybody, or of `userId`.",
        tags: ["access"],
        querystring: z.strictObject({
          userId: z.uuid().optional(),
          mine: z.stringbool().optional().describe("Only one's own, also of an admin."),
          ...pageQuery({ limit: 50, most: 200 }),
        }),
        response: { 200: pageOf(sessionSchema), 403: problemSchema },
      },
    },
    async (request) => {
      const { mine, userId, ...page } = request.query;
      const own = request.identity!.session?.userId ?? null;
      const isOwnOnly = mine === true || !seesAll(request);
      if (isOwnOnly && userId !== undefined && userId !== own)
        throw new HttpProblem(403, "Only an admin sees the sessions of others.", { code: "FORBIDDEN" });
      // A token is signed in nowhere.
      if (isOwnOnly && own === null) return { items: [], nextCursor: null };
      const { items, nextCursor } = await loadPage(
        { ...page, userId: isOwnOnly ? own! : userId },
        z.object({ createdAt: instant, id: z.uuid() }),
        (filter, after, limit) => loadSessions(db, filter, clock.now(), after, limit),
        ({ createdAt, id }) => ({ createdAt, id }),
      );
      const current = request.identity!.session?.id;
      return { items: items.map((session) => ({ ...session, isCurrent: session.id === current })), nextCursor };
    },
  );

  app.delete(
    "/api/v1/sessions/:id",
    {
      config: { access: "viewer" },
      schema: {
        summary: "End a session: whoever has it is signed out at once",
        tags: ["access"],
        params: z.object({ id: z.uuid() }),
        response: { 204: z.null(), 404: problemSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const own = request.identity!.session?.userId ?? null;
      const isEnded = (seesAll(request) || own !== null) && (await end(request, id, seesAll(request) ? null : own));
      if (!isEnded) throw new HttpProblem(404, `There is no session ${id} that you may end.`);
      return reply.status(204).send(null);
    },
  );

  const seesAll = (request: FastifyRequest) => includesRole(request.identity!.role, "admin");

  function end(request: FastifyRequest, id: string, userId: string | null): Promise<boolean> {
    const [at, actor, remoteAddr] = [clock.now(), whoAsks(request), clientAddressOf(request)];
    return db.$transaction(async (tx) => {
      const subject = await endSession(tx, id, at, { userId });
      if (subject !== null) await recordSecurityEvent(tx, { at, kind: "SESSION_ENDED", actor, subject, remoteAddr });
      return subject !== null;
    });
  }
}
