import type { Clock } from "@drumline/core/clock";
import type { Database } from "@drumline/db";
import { recordSecurityEvent } from "@drumline/engine";
import type { FastifyRequest } from "fastify";

import { clientAddressOf, networkOf } from "../http/client-address.ts";
import type { Identity } from "./access.ts";
import { openTryWindows } from "./sign-in-limits.ts";

/** What the guard writes into the security log. */
export interface RefusalLog {
  /** Somebody who is known was refused a route. */
  recordRefusal(request: FastifyRequest, identity: Identity, code: string): Promise<void>;
  /** A token nobody has. */
  recordWrongToken(request: FastifyRequest): Promise<void>;
}

// A page that asks for what it may not have, or a guesser, fills no table.
const MOST_PER_MINUTE = 20;

/** Beyond twenty a minute, of one name or address, one row says that there were more. */
export function createRefusalLog(db: Database, clock: Clock): RefusalLog {
  const windows = openTryWindows(clock, MOST_PER_MINUTE);
  return {
    recordRefusal: async (request, { name, via }, code) => {
      const exceeded = windows.take(`refused ${name}`);
      if (exceeded !== null && !exceeded.isFirstRefusal) return;
      const { method, routeOptions } = request;
      // The route and not the path, which may name somebody.
      const detail = { code, via, method, route: routeOptions.url, ...(exceeded === null ? {} : { more: true }) };
      await recordSecurityEvent(db, {
        at: clock.now(),
        kind: "REFUSED",
        actor: name,
        remoteAddr: clientAddressOf(request),
        detail,
      });
    },
    recordWrongToken: async (request) => {
      const exceeded = windows.take(`address ${networkOf(request)}`);
      if (exceeded !== null && !exceeded.isFirstRefusal) return;
      await recordSecurityEvent(db, {
        at: clock.now(),
        kind: exceeded === null ? "WRONG_TOKEN" : "WRONG_TOKENS_BLOCKED",
        actor: null,
        remoteAddr: clientAddressOf(request),
      });
    },
  };
}
