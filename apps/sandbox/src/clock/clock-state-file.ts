import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

import { DrumlineError, messageOf } from "@drumline/core/errors";
import { replaceWholeFile } from "@drumline/core/files";
import { z } from "zod";

const clockState = z.object({ dataset: z.string(), virtualNow: z.iso.datetime() });

/** The file that should hold the virtual clock holds something else. */
export class UnreadableClockState extends DrumlineError {
  constructor(file: string, cause: unknown) {
    super(
      `${file} is not a saved sandbox clock: ${messageOf(cause)}; delete it to start at the dataset's first day, ` +
        `or point SANDBOX_STATE_FILE at another file`,
      { code: "UNREADABLE_CLOCK_STATE", cause },
    );
  }
}

/** Where the clock of `dataset` stood at the last save; null when nothing was saved, or for another dataset. */
export function loadClockState(file: string, dataset: string): number | null {
  let saved: string;
  try {
    saved = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new UnreadableClockState(file, error);
  }
  try {
    const state = clockState.parse(JSON.parse(saved));
    return state.dataset === dataset ? Date.parse(state.virtualNow) : null;
  } catch (error) {
    throw new UnreadableClockState(file, error instanceof z.ZodError ? z.prettifyError(error) : error);
  }
}

/** A kill in between leaves the earlier state whole. */
export function saveClockState(file: string, dataset: string, virtualNowMs: number): void {
  mkdirSync(dirname(file), { recursive: true });
  replaceWholeFile(file, JSON.stringify({ dataset, virtualNow: new Date(virtualNowMs).toISOString() }));
}
