import { isLiving, type ProcessRow } from "@drumline/engine";
import { z } from "zod";

import { instant } from "../http/wire.ts";

/** What every view of a process has. */
export const processShape = {
  id: z.string(),
  kind: z.string(),
  host: z.string(),
  pid: z.int(),
  startedAt: instant,
  silentMs: z.int().describe("Since its last heartbeat."),
  living: z.boolean(),
};

/** A clock that was set back makes a heartbeat of the future; nothing is silent for less than no time. */
export const toProcessView = (process: ProcessRow) => ({
  ...process,
  silentMs: Math.max(0, Math.round(process.silentMs)),
  living: isLiving(process),
});
