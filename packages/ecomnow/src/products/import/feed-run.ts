import type { TaskContext } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import type { HttpTransport } from "@drumline/outbound/http";
import type { SecretBox } from "@drumline/outbound/secrets";

/** What the import of one feed needs of the run around it. */
export type FeedRun = Pick<TaskContext<unknown, unknown, Database>, "db" | "clock" | "signal" | "run" | "dryRun"> & {
  readonly http: HttpTransport;
  readonly secrets: SecretBox;
  readonly feedTimeoutMs: number;
  /** Changed products the run may still take, all vendors together. */
  readonly budget: { left: number };
  /** Lines that were read since the last call. */
  noteLines(count: number): void;
};
