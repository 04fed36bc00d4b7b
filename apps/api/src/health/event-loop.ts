import type { EventLoopDelay } from "@drumline/core/process";
import { z } from "zod";

const heartbeatInfo = z.object({
  eventLoop: z.object({
    p50Ms: z.number(),
    p99Ms: z.number(),
    maxMs: z.number(),
    minuteP99Ms: z.number().nullable(),
  }),
});

/** What a process measured of its event loop, out of its heartbeat; null from one of a release that does not measure. */
export function toEventLoopDelay(info: unknown): EventLoopDelay | null {
  return heartbeatInfo.safeParse(info).data?.eventLoop ?? null;
}
