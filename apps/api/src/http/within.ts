import { HttpProblem } from "./problem.ts";

/**
 * The answer of a database, or a 503 when it takes longer than `limitMs`: a Redis that went away keeps commands waiting
 * for the reconnect, and a reader should not wait with them.
 */
export async function within<Answer>(limitMs: number, what: string, answer: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new HttpProblem(503, `${what} does not answer within ${limitMs} ms.`)), limitMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
