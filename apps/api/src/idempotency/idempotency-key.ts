import { messageOf } from "@drumline/core/errors";
import { type KeyedRequest, releaseKey, type Reservation, reserveKey, saveAnswer } from "@drumline/engine";
import type { FastifyReply, FastifyRequest } from "fastify";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { HttpProblem } from "../http/problem.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** False where the wire contract of another system has ids of its own for this. */
    idempotencyKey?: false;
  }
  interface FastifyRequest {
    /** The request as it was sent, where it came with a key. */
    keyed: KeyedRequest | null;
    /** Its key while this request is the one that does the work; the id is that of the row it makes. */
    reservation: Reservation | null;
  }
}

/** Whether a route takes the header: every POST, since each of them has an effect. */
export const takesIdempotencyKey = (config: { idempotencyKey?: false }, method: string): boolean =>
  method === "POST" && config.idempotencyKey !== false;

/**
 * Answers a repeated request with what the first one was answered (draft-ietf-httpapi-idempotency-key-header-07). The key
 * is taken before the handler runs and the answer is on record before it is sent, so that whoever heard no answer may
 * repeat the request. A refusal (4xx) is an answer; after a fault (5xx) the request may be repeated at once.
 */
export function addIdempotencyKeys(app: Api, { db, clock, log }: ApiParts): void {
  app.decorateRequest("keyed", null);
  app.decorateRequest("reservation", null);

  // Before the schema fills in what was left out.
  app.addHook("preValidation", async (request) => {
    const header = request.headers["idempotency-key"];
    if (header === undefined || request.is404) return;
    if (!takesIdempotencyKey(request.routeOptions.config, request.method)) return;
    const { method, url, body } = request;
    const key = parseIdempotencyKey(String(header));
    request.keyed = { actor: whoAsks(request), key, route: `${method} ${url}`, body };
  });

  app.addHook("preHandler", async (request, reply) => {
    if (request.keyed === null) return;
    const state = await reserveKey(db, request.keyed, clock.now());
    if (state.kind === "other-request") throw otherRequest(request.keyed.key);
    if (state.kind === "at-work") throw atWork(request.keyed.key);
    if (state.kind === "reserved") request.reservation = state.reservation;
    else {
      const { status, headers, body } = state.answer;
      return reply.status(status).headers(headers).header("idempotency-replayed", "true").send(body);
    }
  });

  app.addHook("onSend", async (request, reply, payload) => {
    if (request.reservation !== null) await settle(request, reply, payload);
  });

  async function settle(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<void> {
    const reservation = request.reservation!;
    request.reservation = null;
    try {
      if (reply.statusCode >= 500) await releaseKey(db, reservation, clock.now());
      else await saveAnswer(db, reservation, toRecord(reply, payload));
    } catch (error) {
      // Its effect stands, so the answer goes out; the key is free again when its time is over.
      log.error({ error: messageOf(error), path: request.url }, "the answer to a request with a key is not on record");
    }
  }
}

/**
 * A string of RFC 8941 in quotes, as the draft has it, or the same without quotes, as most clients send it.
 * @throws {HttpProblem} 400
 */
export function parseIdempotencyKey(header: string): string {
  const [, quoted, bare] = /^\s*(?:"((?:[ !#-[\]-~]|\\["\\])+)"|([\w.~+/=:-]+))\s*$/.exec(header) ?? [];
  const key = quoted?.replaceAll(/\\(.)/g, "$1") ?? bare;
  if (key !== undefined && key.length <= LONGEST_KEY) return key;
  throw new HttpProblem(
    400,
    `Idempotency-Key holds no key: expected 1 to ${LONGEST_KEY} characters in quotes, such as "8e03978e-40d5-43dd-bc93-6894a57f9324".`,
    { code: "INVALID_IDEMPOTENCY_KEY" },
  );
}

const LONGEST_KEY = 255;
const RECORDED_HEADERS = ["content-type", "location"] as const;

function toRecord(reply: FastifyReply, payload: unknown) {
  const headers = RECORDED_HEADERS.flatMap((name) => {
    const value = reply.getHeader(name);
    return value === undefined ? [] : [[name, String(value)] as const];
  });
  const body = typeof payload === "string" ? payload : null;
  return { status: reply.statusCode, headers: Object.fromEntries(headers), body };
}

const otherRequest = (key: string): HttpProblem =>
  new HttpProblem(422, `The Idempotency-Key ${key} was sent with another request; a new request needs a new key.`, {
    code: "IDEMPOTENCY_KEY_REUSED",
  });

const atWork = (key: string): HttpProblem =>
  new HttpProblem(
    409,
    `The request with the Idempotency-Key ${key} is still at work, or ended without an answer less than two minutes ago; send it again in a while.`,
    { code: "IDEMPOTENCY_KEY_IN_USE", headers: { "retry-after": "1" } },
  );
