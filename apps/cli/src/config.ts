import { parse } from "dotenv";

import { type Env, type EnvFile, InvalidConfiguration, readEnvFile } from "@drumline/core/config";
import { codeOf } from "@drumline/core/errors";

import { WrongUsage } from "./exit.ts";

/**
 * What a process started here would see: real variables first, then the file. Without `envFile` that is `.env`
 * of the working directory, which may be absent.
 * @throws WrongUsage when `envFile` cannot be read
 * @throws InvalidConfiguration when it has lines that are none
 */
export function readEnv(envFile?: string): Env {
  const { values, problems } = readFile(envFile);
  if (problems.length > 0) throw new InvalidConfiguration(problems);
  return { ...values, ...process.env };
}

/** For a report of all problems: what could be read, and the lines that could not. */
export function readEnvLeniently(envFile?: string): EnvFile & { readonly ownKeys: readonly string[] } {
  const { values, problems } = readFile(envFile);
  return { values: { ...values, ...process.env }, ownKeys: Object.keys(values), problems };
}

function readFile(envFile?: string): EnvFile {
  const expected = "expected a file of KEY=value lines";
  try {
    const file = readEnvFile(envFile ?? ".env", parse);
    if (file === null && envFile !== undefined) throw new WrongUsage(`${envFile} cannot be read (ENOENT); ${expected}`);
    return file ?? { values: {}, problems: [] };
  } catch (error) {
    if (error instanceof WrongUsage) throw error;
    throw new WrongUsage(`${envFile ?? ".env"} cannot be read (${codeOf(error)}); ${expected}`, { cause: error });
  }
}
