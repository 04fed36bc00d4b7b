import type { JsonObject } from "@drumline/core/task";

export type ProblemSeverity = "INFO" | "WARNING" | "ERROR";

/** A kind of problem, written down once by the context that finds it. */
export interface ProblemKind {
  /** Package whose business it is: `oms`, `ecomnow`, `events`. */
  readonly context: string;
  /** In capitals, unique among all contexts, a contract of the api: `IMPORT_RECORD_REFUSED`. */
  readonly name: string;
  /** ERROR stops something until somebody acts, WARNING should be looked at, INFO is good to know. */
  readonly severity: ProblemSeverity;
  /** What a person can do about it, as a sentence. */
  readonly cure: string;
}

/** What is wrong with what: `{ type: "order", key: "10045" }`. The key is what people call it, not an id of ours alone. */
export interface ProblemSubject {
  readonly type: string;
  readonly key: string;
}

/** A request of the api that helps. */
export interface ProblemAction {
  readonly label: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
}

export interface NewProblem {
  readonly kind: ProblemKind;
  readonly subject: ProblemSubject;
  /** What is wrong, what was got, what was expected. A changed reason opens what a person had accepted. */
  readonly reason: string;
  readonly detail?: JsonObject;
  /** Instead of the kind's. */
  readonly severity?: ProblemSeverity;
  readonly cure?: string;
  readonly actions?: readonly ProblemAction[];
}
