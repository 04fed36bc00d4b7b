import { CommandImpossible, CommandRefused, NoSuchEntity } from "@drumline/oms/commands";

import { HttpProblem } from "../http/problem.ts";

/** What a command throws, as the answer it means: 404, 409 with the state found and those allowed, or 422. */
export async function answerRefusals<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NoSuchEntity) throw new HttpProblem(404, error.message, { cause: error });
    if (error instanceof CommandRefused) throw new HttpProblem(409, error.message, { cause: error });
    if (error instanceof CommandImpossible) throw new HttpProblem(422, error.message, { cause: error });
    throw error;
  }
}
