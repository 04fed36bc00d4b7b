import { contentMutations } from "./contents.ts";
import type { Mutation } from "./mutation.ts";
import { sizeMutations } from "./sizes.ts";
import { statusMutations } from "./statuses.ts";
import { transportMutations } from "./transports.ts";

/** Every way in which an outside system can be wrong, by name. */
export const mutations: ReadonlyMap<string, Mutation> = new Map(
  [...statusMutations, ...transportMutations, ...contentMutations, ...sizeMutations].map((mutation) => [
    mutation.name,
    mutation,
  ]),
);
