import { api, dataOf, type Schemas } from "../client/api.ts";
import { act } from "../parts/act.ts";
import { type Entry, VERBS, type Verb } from "./palette-entries.ts";

type Schedule = Pick<Schemas["Schedule"], "key" | "name" | "paused">;

/**
 * What can be done to a schedule, or only this. To run and to pause open the dialogs of its page, which ask for what they
 * need; none is remembered as a place.
 */
export function toDo(schedule: Schedule, only?: Verb): Entry[] {
  const { key, name, paused } = schedule;
  return VERBS.filter((verb) => (only === undefined || verb === only) && isPossible(verb, paused !== null)).map(
    (verb) => ({
      id: `${verb} ${key}`,
      group: "Do",
      label: WORDS[verb](name),
      about: name === key ? undefined : key,
      ...(verb === "resume"
        ? { run: () => void resume(schedule) }
        : { place: { to: "/schedules/$key", params: { key }, search: { do: verb } }, isOnce: true }),
    }),
  );
}

const WORDS: Readonly<Record<Verb, (name: string) => string>> = {
  run: (name) => `Run ${name} now…`,
  pause: (name) => `Pause ${name}…`,
  resume: (name) => `Resume ${name}`,
};

const isPossible = (verb: Verb, isPaused: boolean): boolean => verb === "run" || (verb === "resume") === isPaused;

const resume = ({ key, name }: Schedule): Promise<boolean> =>
  act(`Resuming ${name}`, `${name} goes on`, ["schedules"], () =>
    dataOf(api.POST("/api/v1/schedules/{id}/resume", { params: { path: { id: key } }, body: {} })),
  );
