import type { Outside } from "../outside/exchange.ts";
import type { SecretBox } from "../outside/secret-box.ts";
import type { EcomnowContext } from "../context.ts";

/** What the import of one feed needs of the run around it. */
export type FeedRun = Pick<EcomnowContext<object>, "db" | "clock" | "signal" | "run" | "dryRun"> & {
  readonly outside: Outside;
  readonly secrets: SecretBox;
  readonly feedTimeoutMs: number;
  /** Changed products the run may still take, all vendors together. */
  readonly budget: { left: number };
  /** Lines that were read since the last call. */
  noteLines(count: number): void;
};
