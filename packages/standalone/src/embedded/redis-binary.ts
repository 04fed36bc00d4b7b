import { execFile } from "node:child_process";

const PROGRAMS = ["redis-server", "valkey-server"];
const OLDEST = [6, 2] as const;

/** The Redis or Valkey on PATH that is new enough for BullMQ, or null. */
export async function findRedisBinary(): Promise<string | null> {
  for (const program of PROGRAMS) {
    if (isNewEnough(await versionOf(program))) return program;
  }
  return null;
}

function versionOf(program: string): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(program, ["--version"], (error, stdout) => resolve(error ? null : stdout));
  });
}

function isNewEnough(said: string | null): boolean {
  const [, major, minor] = /v=(\d+)\.(\d+)/.exec(said ?? "") ?? [];
  if (major === undefined) return false;
  return Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]);
}
