import { readFileSync } from "node:fs";

import { parse } from "dotenv";

import type { Env } from "@drumline/core/config";

import { WrongUsage } from "./exit.ts";

/**
 * What a process started here would see: real variables first, then the file. Without `envFile` that is `.env`
 * of the working directory, which may be absent.
 * @throws WrongUsage when `envFile` cannot be read
 */
export function readEnv(envFile?: string): Env {
  return { ...readEnvFile(envFile), ...process.env };
}

/** The keys written in the file, whatever the real variables say. */
export function readEnvFileKeys(envFile?: string): string[] {
  return Object.keys(readEnvFile(envFile));
}

function readEnvFile(envFile?: string): Env {
  try {
    return parse(readFileSync(envFile ?? ".env"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (envFile === undefined && code === "ENOENT") return {};
    throw new WrongUsage(`${envFile ?? ".env"} cannot be read (${code}); expected a file of KEY=value lines`, {
      cause: error,
    });
  }
}
