import { messageOf } from "@drumline/core/errors";

/** The options of this process; null after a message when they are wrong. */
export function readOptions<Options>(parse: (args: readonly string[]) => Options, usage: string): Options | null {
  try {
    return parse(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${usage}\n`);
    process.exitCode = 2;
    return null;
  }
}

/** @throws {Error} for what is no whole number from `least` to `most` */
export function parseWhole(
  name: string,
  given: string | undefined,
  fallback: number,
  [least, most]: readonly [number, number],
): number {
  const value = given === undefined ? fallback : Number(given);
  if (given?.trim() !== "" && Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw new Error(`--${name} ${given}: expected a whole number from ${least} to ${most}`);
}

/** @throws {Error} for a queue that is none */
export function parseQueue(given = "redis"): "redis" | "postgres" {
  if (given !== "redis" && given !== "postgres") throw new Error(`--queue ${given}: expected redis or postgres`);
  return given;
}
