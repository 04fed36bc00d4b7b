import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { type Clock, HOUR_MS } from "@drumline/core/clock";
import { replaceWholeFile } from "@drumline/core/files";
import type { JsonValue } from "@drumline/core/task";
import { type HttpTransport, siteOf, toRefusal } from "@drumline/outbound/http";
import { hideSecret, type SecretBox, toAuthHeaders } from "@drumline/outbound/secrets";

import { toFolder } from "../configurations/folder.ts";
import type { Route } from "../configurations/load-configurations.sql.ts";
import type { OutgoingTarget } from "../configurations/source.ts";
import type { ClaimedTask } from "./claim-tasks.sql.ts";

/** Takes one record to the other side. Throws `OutboundError`, `AddressRefused`, `UnusableSecret`, or a file system's error. */
export type Send = (task: Pick<ClaimedTask, "id" | "entityKey">, value: JsonValue) => Promise<void>;

interface Access {
  readonly http: HttpTransport;
  readonly secrets: SecretBox;
  readonly settings: { readonly integrationFolder: string | null };
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The same for every attempt at a task, and no other's: the other side knows a repetition by it. */
export const keyOf = (route: Pick<Route, "identifier">, { id }: Pick<ClaimedTask, "id">): string =>
  `${route.identifier}-${id}`;

export function createSend(route: Route, access: Access): Send {
  const { target } = route.outgoing;
  return target.kind === "file" ? writeFiles(route, target, access) : postTo(route, target, access);
}

type Target<Kind> = Extract<OutgoingTarget, { kind: Kind }>;

/** A task's file is written whole, and again under its own name. */
function writeFiles(route: Route, { folder }: Target<"file">, { settings }: Access): Send {
  const path = toFolder(settings.integrationFolder, folder);
  mkdirSync(path, { recursive: true });
  return async (task, value) => replaceWholeFile(join(path, `${keyOf(route, task)}.json`), JSON.stringify(value));
}

/** Of an answer only the status counts. */
const MOST_ANSWER_BYTES = 65_536;

function postTo(route: Route, { url, method, timeoutMs }: Target<"http">, access: Access): Send {
  const { http, secrets, clock, signal } = access;
  const { outgoing } = route;
  const use = { owner: `outgoing ${outgoing.identifier}`, url };
  const headers = {
    accept: "application/json",
    "content-type": "application/json",
    ...toAuthHeaders(outgoing, use, secrets),
  };
  const hide = hideSecret(outgoing, use, secrets);
  return async (task, value) => {
    const sent = {
      system: outgoing.identifier,
      method,
      url: url.replaceAll("{entity}", encodeURIComponent(task.entityKey)),
      headers: { ...headers, "idempotency-key": keyOf(route, task) },
      body: JSON.stringify(value),
      timeoutMs,
      signal,
    };
    await http.ask(sent, {
      maxBytes: MOST_ANSWER_BYTES,
      invalidText: "mark",
      whenBigger: "cut",
      read: (answered) => {
        const { status, text } = answered;
        if (status >= 200 && status < 300) return;
        const refusal = toRefusal(
          siteOf(sent),
          { ...answered, text: hide(text) },
          { credentialsCure: "Set the secret of the outgoing anew.", now: clock.now(), longestSilenceMs: HOUR_MS },
        );
        if (refusal !== null) throw refusal;
      },
    });
  };
}
