import { recordAuditEvents } from "@drumline/audit/audit-events";
import {
  createSignInLink,
  createUser,
  DisabledUser,
  loadUser,
  loadUsers,
  NoSuchUser,
  RefusedUser,
  TooManyHashes,
  updateUser,
  UserChanged,
  UserNameTaken,
} from "@drumline/engine";
import { endSubscriptionsOf } from "@drumline/events/subscriptions";
import type { FastifyRequest } from "fastify";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { clientAddressOf } from "../http/client-address.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant } from "../http/wire.ts";
import { whoAsks } from "./access.ts";
import { auditOf } from "./audit-of.ts";
import { newUserSchema, userPatchSchema, userSchema } from "./user-view.ts";

const params = z.object({ id: z.uuid() });
const problems = { 404: problemSchema, 409: problemSchema, 422: problemSchema };

/** Who may sign in. Admins make and change users; a link lets one choose a password of their own. */
export function addUserRoutes(app: Api, { db, clock, passwords }: ApiParts): void {
  const contextOf = (request: FastifyRequest) => ({
    db,
    passwords,
    now: clock.now(),
    by: whoAsks(request),
    remoteAddr: clientAddressOf(request),
    also: endSubscriptionsOf,
  });
  const audit = (request: FastifyRequest, id: string, content: object) =>
    recordAuditEvents(db, [auditOf(request, clock, "user", id, content)]);

  app.get(
    "/api/v1/users",
    {
      config: { access: "admin" },
      schema: {
        summary: "Users, by name",
        tags: ["access"],
        querystring: z.strictObject({
          disabled: z.stringbool().optional(),
          ...pageQuery({ limit: 50, most: 200 }),
        }),
        response: { 200: pageOf(userSchema) },
      },
    },
    ({ query }) =>
      loadPage(
        query,
        z.string().max(80),
        (filter, after, limit) => loadUsers(db, filter, after, limit),
        ({ name }) => name,
      ),
  );

  app.post(
    "/api/v1/users",
    {
      // No key: a name is there once, and a password must not stand anywhere as a quick hash.
      config: { access: "admin", idempotencyKey: false },
      schema: {
        summary: "Make a user",
        tags: ["access"],
        body: newUserSchema,
        response: { 201: userSchema, 409: problemSchema, 422: problemSchema },
      },
    },
    async (request, reply) => {
      const user = await createUser(contextOf(request), request.body);
      await audit(request, user.id, { action: "create", name: user.name, role: user.role });
      return reply.status(201).header("location", `/api/v1/users/${user.id}`).send(user);
    },
  );

  app.patch(
    "/api/v1/users/:id",
    {
      config: { access: "admin" },
      schema: {
        summary: "Change a user's role, address or password, or disable them",
        description: "Nobody changes their own role or disables themselves, so that an admin is always left.",
        tags: ["access"],
        params,
        body: userPatchSchema,
        response: { 200: userSchema, ...problems },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { version, ...patch } = request.body;
      const session = request.identity!.session ?? null;
      if (session?.userId === id && (patch.disabled === true || (patch.role ?? session.role) !== session.role))
        throw new HttpProblem(409, "Nobody takes their own role away; another admin can.", { code: "OWN_ROLE" });
      const user = await updateUser(contextOf(request), id, patch, { version, keepSession: session?.id ?? null });
      const { password: _password, email, ...told } = patch;
      await audit(request, id, { action: "change", ...told, ...(email === undefined ? {} : { email: "changed" }) });
      return user;
    },
  );

  app.post(
    "/api/v1/users/:id/link",
    {
      config: { access: "admin", idempotencyKey: false },
      schema: {
        summary: "Make a link that signs the user in once",
        description: "Good for 15 minutes; those made before and not used are worth nothing from then on.",
        tags: ["access"],
        params,
        response: {
          201: z
            .object({
              path: z.string().describe("Beneath the address of the dashboard: told this once."),
              token: z.string().describe("What stands behind the # of the path."),
              expiresAt: instant,
            })
            .meta({ id: "SignInLink" }),
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const user = await loadUser(db, id);
      if (user === null) throw new NoSuchUser(id);
      const { token, expiresAt } = await createSignInLink(db, user, contextOf(request));
      await audit(request, id, { action: "link" });
      return reply.status(201).send({ path: `sign-in#link=${token}`, token, expiresAt });
    },
  );
}

/** Of changes of users, by whatever route. */
export function toUserProblem(error: unknown): HttpProblem | null {
  if (error instanceof NoSuchUser) return new HttpProblem(404, error.message, { cause: error });
  if (error instanceof UserChanged)
    return new HttpProblem(409, error.message, { currentVersion: error.currentVersion, cause: error });
  if (error instanceof UserNameTaken || error instanceof DisabledUser)
    return new HttpProblem(409, error.message, { code: error.code, cause: error });
  if (error instanceof RefusedUser) {
    const errors = [{ where: `body.${error.where}`, problem: error.message }];
    return new HttpProblem(422, error.message, { errors, cause: error });
  }
  if (error instanceof TooManyHashes)
    return new HttpProblem(503, error.message, { code: error.code, headers: { "retry-after": "2" }, cause: error });
  return null;
}
