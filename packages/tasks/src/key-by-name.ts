import type { TaskDefinition } from "@drumline/core/task";

type ByName<Definitions extends readonly TaskDefinition[]> = {
  readonly [Definition in Definitions[number] as Definition["name"]]: Definition;
};

/** An area's definitions by wire name, each with its own type, so that handlers can be checked against them. */
export function keyByName<const Definitions extends readonly TaskDefinition[]>(
  definitions: Definitions,
): ByName<Definitions> {
  return Object.fromEntries(definitions.map((definition) => [definition.name, definition])) as ByName<Definitions>;
}
