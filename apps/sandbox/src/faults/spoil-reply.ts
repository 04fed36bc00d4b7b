import type { Reply } from "../http/index.ts";
import type { Fault } from "./fault.ts";
import type { FaultStrike } from "./fault-switches.ts";
import { disorderRecords } from "./disorder-records.ts";
import { spoilRecords } from "./spoil-records.ts";

const MAINTENANCE_PAGE = "<!doctype html><title>Maintenance</title><h1>We will be back soon</h1>";

/** The reply as the fault leaves it. Slowness, resets and truncation happen on the wire, not here. */
export function spoilReply(reply: Reply, { fault, random }: FaultStrike): Reply {
  switch (fault.kind) {
    case "status":
      return failWith(fault.status, fault.retryAfterSeconds);
    case "garbage":
      return isJson(reply) ? spoilBody(reply, fault, random) : reply;
    case "disorder":
      return isJson(reply) ? { ...reply, text: disorderRecords(reply.text, fault.as, random) } : reply;
    case "slow":
    case "reset":
    case "truncate":
      return reply;
  }
}

const isJson = ({ status, headers }: Reply): boolean =>
  status === 200 && /^application\/(x-amz-|hal\+)?json/.test(headers["content-type"] ?? "");

function failWith(status: number, retryAfterSeconds: number | undefined): Reply {
  const retryAfter = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...retryAfter },
    text: JSON.stringify({ error: { code: "SWITCHED_FAULT", message: `a fault switch answers ${status}` } }),
  };
}

function spoilBody(reply: Reply, fault: Fault & { kind: "garbage" }, random: () => number): Reply {
  switch (fault.as) {
    case "html":
      return { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, text: MAINTENANCE_PAGE };
    case "cut-json":
      return { ...reply, text: reply.text.slice(0, Math.floor(reply.text.length / 2)) };
    case "records":
      return { ...reply, text: spoilRecords(reply.text, fault.share, random) };
  }
}
