import type { ReplayEnvironment } from "./replay-environment.ts";

/** Ends a worker every so often without asking, by turns; null for never. */
export function startKilling({ workers, killWorker }: ReplayEnvironment, everySeconds: number | null) {
  let killed = 0;
  const kill = () => {
    killWorker(workers[killed % workers.length]!);
    killed += 1;
  };
  const timer = everySeconds === null ? undefined : setInterval(kill, everySeconds * 1_000);
  return { stop: () => clearInterval(timer), count: () => killed };
}
