import { SECOND_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import { type BulkWork, workNextBulkAction } from "@drumline/engine";

import type { Api, ApiParts } from "../api.ts";
import type { BulkKind } from "./bulk-kind.ts";
import { matchRows } from "./match-rows.ts";

/** Another api may have died with one. */
const LOOK_EVERY_MS = 5 * SECOND_MS;

/**
 * Works on bulk actions in this process, one after the other, from when it listens until it ends. The api does it and no
 * task: a task lies in one context, and these acts are commands of all of them, which only the api composes. Any number of
 * apis may: each action has a lease, and who finds one run out goes on after its last batch.
 * @returns wakes it at once
 */
export function workBulkActions(
  app: Api,
  { db, log }: Pick<ApiParts, "db" | "log">,
  kinds: Readonly<Record<string, BulkKind>>,
): () => void {
  let isStopping = false;
  let isAwake = false;
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> = Promise.resolve();

  const workOf = (name: string): BulkWork | null => {
    const kind = kinds[name];
    if (kind === undefined) return null;
    return {
      apply: kind.apply,
      batch: kind.batch,
      match: ({ filter, createdAt }) => matchRows(db, kind, filter, createdAt),
    };
  };
  const work = async () => {
    try {
      do isAwake = false;
      while (((await workNextBulkAction(db, log, workOf, () => isStopping)) || isAwake) && !isStopping);
    } catch (error) {
      log.warn({ error: messageOf(error) }, "bulk actions cannot be looked for; trying again");
    }
    if (!isStopping) timer = setTimeout(start, LOOK_EVERY_MS);
    isWorking = false;
  };
  let isWorking = false;
  const start = () => {
    clearTimeout(timer);
    isWorking = true;
    underWay = work();
  };

  app.addHook("onListen", async () => start());
  app.addHook("preClose", async () => {
    isStopping = true;
    clearTimeout(timer);
    await underWay;
  });
  return () => {
    isAwake = true;
    if (!isWorking && !isStopping && app.server.listening) start();
  };
}
