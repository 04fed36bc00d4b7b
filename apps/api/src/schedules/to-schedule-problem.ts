import {
  type FieldProblem,
  NoSuchSchedule,
  NoSuchWindow,
  ReadOnlySchedule,
  RefusedSchedule,
  RefusedWindow,
  ScheduleChanged,
  ScheduleExists,
  WindowChanged,
  WindowNotOpen,
} from "@drumline/engine";
import { InvalidTaskArgs } from "@drumline/tasks";

import { HttpProblem } from "../http/problem.ts";

/** The answer to what the engine refused; null for every other error. */
export function toScheduleProblem(error: unknown): HttpProblem | null {
  if (error instanceof RefusedSchedule) return toRefusal(error);
  if (error instanceof InvalidTaskArgs) {
    const errors = error.problems.map(({ path, problem }) => ({ where: `args.${path}`.replace(/\.$/, ""), problem }));
    return new HttpProblem(422, `The arguments do not fit ${error.task}.`, { code: error.code, errors });
  }
  if (error instanceof RefusedWindow) {
    const { code, problems } = error;
    const detail = "This cannot be a maintenance window; errors lists everything that is wrong.";
    return new HttpProblem(422, detail, { code, errors: problems.map(toFieldError) });
  }
  if (error instanceof NoSuchSchedule || error instanceof NoSuchWindow)
    return new HttpProblem(404, error.message, { code: error.code });
  if (error instanceof ScheduleExists || error instanceof ReadOnlySchedule || error instanceof WindowNotOpen)
    return new HttpProblem(409, error.message, { code: error.code });
  if (error instanceof ScheduleChanged || error instanceof WindowChanged) {
    const { code, message, currentVersion } = error;
    return new HttpProblem(409, message, { code, currentVersion });
  }
  return null;
}

/** As it stands in `errors`, whether the schedule was to be saved or only looked at. */
export const toFieldError = ({ where, problem, field }: FieldProblem) => ({
  where: `body.${where}`,
  problem,
  ...(field === undefined ? {} : { field }),
});

function toRefusal({ code, problems, unknownTask }: RefusedSchedule): HttpProblem {
  const errors = problems.map(toFieldError);
  if (unknownTask === null)
    return new HttpProblem(422, "This cannot be a schedule; errors lists everything that is wrong.", { code, errors });
  const meant = unknownTask.didYouMean === null ? "" : ` Did you mean ${unknownTask.didYouMean}?`;
  const detail = `The task is not implemented; implementedTasks lists those that are.${meant}`;
  return new HttpProblem(422, detail, {
    code: "UNKNOWN_TASK",
    errors,
    ...unknownTask,
    implementedTasks: [...unknownTask.implementedTasks],
  });
}
