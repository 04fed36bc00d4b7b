import {
  createConfigurationGuard,
  incomingBody,
  outgoingBody,
  requireReadable,
  routeBody,
  saveIncoming,
  saveOutgoing,
  saveRoute,
  saveTransformer,
  transformerBody,
} from "@drumline/integration/commands";
import {
  findIncoming,
  findOutgoing,
  findRoute,
  findTransformer,
  incomingSource,
  loadIncomings,
  loadOutgoings,
  loadRoutes,
  loadTransformers,
  outgoingTarget,
} from "@drumline/integration/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { instant } from "../http/wire.ts";
import { addConfigurationRoutes } from "./configuration-routes.ts";

const identity = {
  identifier: z.string(),
  name: z.string(),
  description: z.string(),
  version: z.int(),
  createdAt: instant,
  updatedAt: instant,
};
const auth = z.object({
  kind: z.enum(["NONE", "BEARER", "BASIC", "HEADER"]),
  name: z.string().nullable(),
  hasSecret: z.boolean(),
});

const incomingSchema = z
  .object({
    ...identity,
    isDisabled: z.boolean(),
    source: incomingSource.nullable().describe("Null: what the row has cannot be read; say it anew."),
    auth,
    cursor: z
      .object({ position: z.unknown(), lastRecordAt: instant.nullable(), claimedUntil: instant.nullable() })
      .nullable()
      .describe("How far it was read; null: never."),
  })
  .meta({ id: "IntegrationIncoming" });

const outgoingSchema = z
  .object({
    ...identity,
    isDisabled: z.boolean(),
    target: outgoingTarget.nullable().describe("Null: what the row has cannot be read; say it anew."),
    auth,
  })
  .meta({ id: "IntegrationOutgoing" });

const transformerSchema = z.object({ ...identity, expression: z.string() }).meta({ id: "IntegrationTransformer" });

const routeSchema = z
  .object({
    ...identity,
    isDisabled: z.boolean(),
    incoming: z.string(),
    outgoing: z.string(),
    transformers: z.array(z.string()),
    isRealTime: z.boolean(),
    maxAttempts: z.int(),
    retryIntervalMinutes: z.int(),
    onFailed: z.enum(["NEXT", "BLOCK"]),
    parallel: z.int(),
    pausedUntil: instant.nullable().describe("The other side asked for silence, or does not answer."),
    pausedReason: z.string().nullable(),
  })
  .meta({ id: "IntegrationRoute" });

/** Incoming, outgoing, transformers and routes: what is joined with what. */
export function addIntegrationConfigurationRoutes(app: Api, parts: ApiParts): void {
  const { db, clock, secrets, mappings, integrationPrivateHosts } = parts;
  const guard = createConfigurationGuard(integrationPrivateHosts);
  const saving = () => ({ secrets, guard, at: clock.now() });
  addConfigurationRoutes(app, parts, {
    kind: "incoming",
    path: "incoming",
    body: incomingBody,
    view: incomingSchema,
    load: (page) => loadIncomings(db, page),
    find: findIncoming,
    save: (tx, seen, body: z.output<typeof incomingBody>) => saveIncoming(tx, seen, body, saving()),
  });
  addConfigurationRoutes(app, parts, {
    kind: "outgoing",
    path: "outgoing",
    body: outgoingBody,
    view: outgoingSchema,
    load: (page) => loadOutgoings(db, page),
    find: findOutgoing,
    save: (tx, seen, body: z.output<typeof outgoingBody>) => saveOutgoing(tx, seen, body, saving()),
  });
  addConfigurationRoutes(app, parts, {
    kind: "transformer",
    path: "transformers",
    body: transformerBody,
    view: transformerSchema,
    load: (page) => loadTransformers(db, page),
    find: findTransformer,
    check: ({ expression }: z.output<typeof transformerBody>) => requireReadable(mappings, expression),
    save: (tx, seen, body: z.output<typeof transformerBody>) => saveTransformer(tx, seen, body, clock.now()),
  });
  addConfigurationRoutes(app, parts, {
    kind: "route",
    path: "routes",
    body: routeBody,
    view: routeSchema,
    load: (page) => loadRoutes(db, page),
    find: findRoute,
    save: (tx, seen, body: z.output<typeof routeBody>) => saveRoute(tx, seen, body, clock.now()),
  });
}
