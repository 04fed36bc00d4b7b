import { createInterface } from "node:readline/promises";

import { ExitCode, Finished, Refused } from "../exit.ts";
import { printAside } from "./print.ts";

/**
 * Returns when a person has said yes, or `--yes` was given.
 * @throws {Refused} where nobody can be asked, so that a script never hangs
 */
export async function confirm(
  question: string,
  { yes = false }: { readonly yes?: boolean | undefined },
): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new Refused(`${question} Nobody can be asked here: add --yes to do it, or --dry-run to see it only`);
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const interrupted = new Promise<never>((_resolve, reject) => {
      asking.once("SIGINT", () => reject(new Finished(ExitCode.interrupted)));
    });
    const answer = await Promise.race([asking.question(`${question} [y/N] `), interrupted]);
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    asking.close();
  }
  printAside("nothing was done");
  throw new Finished(ExitCode.refused);
}
