export {
  closeGoneProblems,
  closeProblems,
  closeUnseenProblems,
  type ConditionOfGone,
  type GoneCauses,
  type UnseenProblems,
} from "./close-problems.sql.ts";
export { countOfSeverity, countOpenProblems, MOST_COUNTED, type OpenCount } from "./count-open-problems.sql.ts";
export { findNews, isTold } from "./find-news.sql.ts";
export {
  loadProblem,
  loadProblems,
  PROBLEM_ENDINGS,
  PROBLEM_SEVERITIES,
  type ProblemFilter,
  type ProblemRow,
} from "./load-problems.sql.ts";
export { type OpenedProblem, openProblems } from "./open-problems.sql.ts";
export type { NewProblem, ProblemAction, ProblemKind, ProblemSeverity, ProblemSubject } from "./problem-kind.ts";
export { loadOpenVersions } from "./open-versions.sql.ts";
export { type Resolution, type ResolutionOutcome, resolveProblem } from "./resolve-problem.sql.ts";
export { problemRetentionSettings, toProblemRetention } from "./retention.ts";
export { toStorableSubject } from "./storable-problem.ts";
