import { z } from "zod";

import { HttpError, jsonReply, parseInput, type Route, type RouteRequest } from "../http/index.ts";
import { checkClientKey, type ClientName, isClient } from "./client-auth.ts";
import { CLIENT_LISTS, type ClientList, pageRecords } from "./client-records.ts";
import type { EcomnowState } from "./ecomnow-state.ts";

const pageQuery = z.strictObject({
  cursor: z
    .string()
    .regex(/^\d{1,12}$/, { error: "expected a cursor of this API" })
    .transform(Number)
    .optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

const push = z.strictObject({ records: z.array(z.looseObject({ article: z.unknown().optional() })).max(1_000) });

const MOST_KEPT = 100;

/** The clients' own APIs: records by cursor, and whatever they are told, once per Idempotency-Key. */
export function clientRoutes(state: EcomnowState): Route[] {
  const read = (client: ClientName, list: string, { query }: RouteRequest) => {
    if (!CLIENT_LISTS.includes(list)) throw notFound(`${client} has no ${list}; it has ${CLIENT_LISTS.join(", ")}`);
    const { cursor = null, limit } = parseInput(pageQuery, query, "the query");
    const now = { seed: state.seed, nowMs: state.nowMs() };
    return jsonReply(pageRecords(now, client, list as ClientList, { after: cursor, limit }));
  };
  const take = (client: ClientName, list: string, request: RouteRequest) => {
    const { records } = parseInput(push, request.body, "the body");
    return state.answers.once(`${client}/${list}`, request, () => {
      const rejected = records.flatMap(({ article }, index) =>
        typeof article === "string" && article !== "" ? [] : [{ index, reason: "article is missing" }],
      );
      const told = [...(state.told.get(`${client}/${list}`) ?? []), ...records];
      state.told.set(`${client}/${list}`, told.slice(-MOST_KEPT));
      return jsonReply({ accepted: records.length - rejected.length, rejected });
    });
  };
  return [
    ...(["/clients/:client", "/boxout/v1"] as const).flatMap((prefix) => routesAt(state, prefix, { read, take })),
    {
      method: "GET",
      path: "/_sandbox/clients",
      about: "What clients and the refund channel were told last, by list",
      auth: null,
      handle: () => jsonReply(Object.fromEntries(state.told)),
    },
  ];
}

type Handle = (client: ClientName, list: string, request: RouteRequest) => ReturnType<typeof jsonReply>;

function routesAt(
  { token }: EcomnowState,
  prefix: "/clients/:client" | "/boxout/v1",
  { read, take }: { read: Handle; take: Handle },
): Route[] {
  const isBoxout = prefix === "/boxout/v1";
  const who = isBoxout ? "Boxout" : "A client (acme: bearer, globex: basic, initech: X-Api-Key)";
  const guarded = (handle: Handle) => (request: RouteRequest) => {
    const client = isBoxout ? "boxout" : request.params["client"]!;
    if (!isClient(client)) throw notFound(`there is no client ${client}; there are acme, globex and initech`);
    checkClientKey(client, request.headers, token);
    return handle(client, request.params["list"]!, request);
  };
  return [
    {
      method: "GET",
      path: `${prefix}/:list`,
      about: `${who}: orders, shipments, refunds after a cursor`,
      auth: null,
      handle: guarded(read),
    },
    {
      method: "POST",
      path: `${prefix}/:list`,
      about: `${who}: takes { "records": [{ "article", … }] } once per Idempotency-Key`,
      auth: null,
      handle: guarded(take),
    },
  ];
}

function notFound(message: string): HttpError {
  return new HttpError(404, { code: "NOT_FOUND", message });
}
