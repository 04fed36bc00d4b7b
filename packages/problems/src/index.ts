export { closeProblems, closeUnseenProblems, type GoneCauses, type UnseenProblems } from "./close-problems.sql.ts";
export { type OpenedProblem, openProblems } from "./open-problems.sql.ts";
export type { NewProblem, ProblemAction, ProblemKind, ProblemSeverity, ProblemSubject } from "./problem-kind.ts";
