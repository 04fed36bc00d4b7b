import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

import { compareFigures, type Comparison, type Figures, parseFigures } from "./figures.ts";
import { checkOutRevision } from "./revision.ts";

const BENCHES = ["noop", "ticks", "orders", "oms", "ecomnow"];
const DATA = "../shared/data/olist/train";
const LEAST_RATIO = 0.95;
const USAGE = `npm run bench -- compare <revision> [${BENCHES.join(" ")}] [--rounds 3] [--data <Olist folder>]\n`;

/**
 * Benches of this tree and of another revision by turns, so that the machine is the same for both. The exit code
 * is 1 where the median of a rate is below 0.95 of the other's.
 */
export function benchComparison(args: readonly string[]): void {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { rounds: { type: "string", default: "3" }, data: { type: "string", default: DATA } },
  });
  const [revision, ...picked] = positionals;
  const rounds = Number(values.rounds);
  const unknown = picked.find((name) => !BENCHES.includes(name));
  if (revision === undefined || unknown !== undefined || !(rounds >= 1)) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  const data = resolve(values.data);
  const wanted = (picked.length > 0 ? picked : BENCHES).filter((name) => name !== "orders" || existsSync(data));
  const other = checkOutRevision(revision);
  try {
    for (const bench of wanted) {
      const before: Figures[] = [];
      const now: Figures[] = [];
      for (let round = 0; round < rounds; round += 1) {
        // The second one finds the machine warm: they take turns at going first.
        const turns = [() => before.push(runBench(other.dir, bench, data)), () => now.push(runBench(".", bench, data))];
        for (const turn of round % 2 === 0 ? turns : turns.toReversed()) turn();
      }
      print(bench, other.name, rounds, compareFigures(before, now));
    }
  } finally {
    other.remove();
  }
}

function runBench(dir: string, bench: string, data: string): Figures {
  const args = ["--import", "tsx", "bench/main.ts", bench, ...(bench === "orders" ? [data] : [])];
  const output = execFileSync(process.execPath, args, {
    cwd: dir,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 2 ** 26,
  });
  return parseFigures(output);
}

function print(bench: string, revision: string, rounds: number, comparisons: readonly Comparison[]): void {
  process.stdout.write(
    `\n${bench}: medians of ${rounds}, ${revision} against this tree (lowest and highest of any two)\n`,
  );
  for (const { figure, before, now, ratio, isRate, spread } of comparisons) {
    const isSlower = isRate && ratio !== null && ratio < LEAST_RATIO;
    if (isSlower) process.exitCode = 1;
    const share = ratio === null ? "" : `× ${ratio.toFixed(2)} (${spread!.map((one) => one.toFixed(2)).join(" … ")})`;
    process.stdout.write(
      `  ${figure}: ${before.toLocaleString("en")} → ${now.toLocaleString("en")} ${share}${isSlower ? "  SLOWER" : ""}\n`,
    );
  }
}
