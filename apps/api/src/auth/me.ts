import { type Passwords, loadCredentials, ROLES, updateUser } from "@drumline/engine";
import { MINUTE_MS } from "@drumline/core/clock";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { clientAddressOf } from "../http/client-address.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { newPasswordSchema, passwordSchema } from "./user-view.ts";

export const meSchema = z
  .object({
    name: z.string(),
    role: z.enum(ROLES),
    via: z.enum(["session", "token"]).describe("How this request said who asks."),
  })
  .meta({ id: "Me" });

/** Whoever came by a link may have forgotten the password it is to replace. */
const FRESH_LINK_MS = 15 * MINUTE_MS;

export function addMeRoutes(app: Api, { db, clock, passwords }: ApiParts): void {
  app.get(
    "/api/v1/me",
    { schema: { summary: "Who asks, and what they may do", tags: ["access"], response: { 200: meSchema } } },
    async ({ identity }) => identity!,
  );

  app.put(
    "/api/v1/me/password",
    {
      config: { access: "viewer" },
      schema: {
        summary: "Choose a password of one's own",
        description:
          "With the one there is, unless the session began by a link within the last 15 minutes. Every other session of the user ends.",
        tags: ["access"],
        body: z
          .strictObject({ password: newPasswordSchema, currentPassword: passwordSchema.optional() })
          .meta({ id: "NewPassword" }),
        response: { 204: z.null(), 409: problemSchema, 422: problemSchema },
      },
    },
    async (request, reply) => {
      const { identity, body } = request;
      const session = identity!.session;
      if (session === undefined)
        throw new HttpProblem(409, "A token has no password; whoever is signed in has one.", { code: "NO_SESSION" });
      const now = clock.now();
      const isFresh = session.method === "LINK" && now.getTime() - session.createdAt.getTime() < FRESH_LINK_MS;
      if (!isFresh) await requirePassword(passwords, session.name, body.currentPassword);
      const context = { db, passwords, now, by: session.name, remoteAddr: clientAddressOf(request) };
      await updateUser(context, session.userId, { password: body.password }, { keepSession: session.id });
      return reply.status(204).send(null);
    },
  );

  async function requirePassword(hashes: Passwords, name: string, given: string | undefined): Promise<void> {
    const user = await loadCredentials(db, name);
    if (given !== undefined && (await hashes.isRight(user?.passwordHash ?? null, given))) return;
    throw new HttpProblem(
      422,
      "currentPassword is not the password there is. Whoever has forgotten it signs in by a link and chooses another one within 15 minutes.",
      { errors: [{ where: "body.currentPassword", problem: "not the password there is" }], code: "WRONG_CREDENTIALS" },
    );
  }
}
