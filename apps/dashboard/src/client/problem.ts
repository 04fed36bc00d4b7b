import type { components } from "./openapi.d.ts";

type Problem = components["schemas"]["Problem"];

/** A request that was refused or had no answer; `problem` is what the api said (RFC 9457). */
export class RequestFailed extends Error {
  /** 0 where there was no answer at all. */
  readonly status: number;
  readonly problem: Problem | null;
  /** To be copied into a report: what was asked, when, and what was answered. */
  readonly report: string;

  constructor(asked: string, status: number, problem: Problem | null, cause?: unknown) {
    super(problem?.detail ?? toWords(status), { cause });
    this.status = status;
    this.problem = problem;
    this.report = JSON.stringify({ asked, at: new Date().toISOString(), status, problem }, null, 2);
  }
}

const toWords = (status: number): string =>
  status === 0
    ? "The api did not answer. It may be restarting, or the connection is gone."
    : `The api answered ${status}, and not in the form that was expected.`;

/** Read from an answer that is no success. */
export async function toRequestFailed(asked: string, response: Response): Promise<RequestFailed> {
  const body: unknown = await response.json().catch(() => null);
  const isProblem = typeof body === "object" && body !== null && "detail" in body;
  return new RequestFailed(asked, response.status, isProblem ? (body as Problem) : null);
}
