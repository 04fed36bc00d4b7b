export { parseReplayOptions, type RawReplayOptions, type ReplayOptions } from "./replay-options.ts";
export { replay, type ReplaySurroundings } from "./replay.ts";
export type { ReplayReport } from "./report.ts";
