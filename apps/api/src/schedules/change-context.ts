import type { ChangeContext } from "@drumline/engine";
import type { FastifyRequest } from "fastify";

import type { ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";

export function changeContext({ db, clock, tasks }: ApiParts, request: FastifyRequest): ChangeContext {
  return { db, clock, tasks, who: whoAsks(request) };
}
