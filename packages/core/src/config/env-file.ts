import { readFileSync } from "node:fs";

import { codeOf } from "../errors/index.ts";
import { type ConfigProblem, InvalidConfiguration } from "./problem.ts";
import type { Env } from "./settings.ts";

export interface EnvFile {
  readonly values: Env;
  readonly problems: readonly ConfigProblem[];
}

/** What an env file says; null where there is none. Lines that would be passed over in silence are problems with their number. */
export function readEnvFile(path: string, parse: (text: string) => Record<string, string>): EnvFile | null {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
  return parseEnvFile(bytes, path, parse);
}

/**
 * Adds `.env` of the working directory to `env`, whose own values win.
 * @returns what the file says, nothing where there is none
 * @throws {InvalidConfiguration} with every line that is none
 */
export function loadEnvFile(
  env: Record<string, string | undefined>,
  parse: (text: string) => Record<string, string>,
): Env {
  const file = readEnvFile(".env", parse);
  if (file === null) return {};
  if (file.problems.length > 0) throw new InvalidConfiguration(file.problems);
  for (const [key, value] of Object.entries(file.values)) env[key] ??= value;
  return file.values;
}

export function parseEnvFile(bytes: Buffer, path: string, parse: (text: string) => Record<string, string>): EnvFile {
  const encoding = otherEncodingOf(bytes);
  if (encoding !== null) {
    const problem = `is in ${encoding}, expected UTF-8: nothing of it can be read. Save it as UTF-8 (PowerShell: Set-Content -Encoding utf8)`;
    return { values: {}, problems: [{ key: `${path}, line 1`, value: null, problem }] };
  }
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  const problems = findLineProblems(text).map(({ line, problem }) => ({
    key: `${path}, line ${line}`,
    // It may hold a secret whose key is mistyped.
    value: null,
    problem,
    example: "API_PORT=3000",
  }));
  return { values: parse(text), problems };
}

function otherEncodingOf(bytes: Buffer): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "UTF-16 (little endian)";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "UTF-16 (big endian)";
  // Text of ASCII in UTF-16 without its mark: each other byte is NUL.
  if (bytes.includes(0)) return "UTF-16 or something else with NUL bytes";
  return null;
}

/** As dotenv takes a line, values over several lines in quotes included. */
const ENTRY =
  /^\s*(?:export\s+)?[\w.-]+(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/gm;

interface LineProblem {
  readonly line: number;
  readonly problem: string;
}

function findLineProblems(text: string): LineProblem[] {
  const found: LineProblem[] = [];
  const lineAt = (index: number) => text.slice(0, index).split("\n").length;
  const rest = text.replaceAll(ENTRY, (entry: string, value: string | undefined, at: number) => {
    const line = lineAt(at + entry.search(/\S/));
    const quote = /^\s*(["'`])/.exec(value ?? "")?.[1];
    if (quote !== undefined && !new RegExp(`${quote}\\s*$`).test(value!))
      found.push({ line, problem: `its value begins with ${quote} and the quotes are never closed` });
    if (entry.includes("\uFFFD")) found.push({ line, problem: "holds bytes that are not UTF-8" });
    return entry.replaceAll(/[^\n]/g, "");
  });
  rest.split("\n").forEach((left, index) => {
    const words = left.trim();
    if (words !== "" && !words.startsWith("#")) found.push({ line: index + 1, problem: "is no KEY=value line" });
  });
  return found.sort((left, right) => left.line - right.line);
}
