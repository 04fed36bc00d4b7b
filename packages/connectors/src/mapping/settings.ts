import { integer } from "@drumline/core/config";

/** Env keys of the mapping runner, for the config of a process that maps records. */
export const mappingSettings = {
  mappingChildren: integer("MAPPING_CHILDREN", {
    fallback: 2,
    min: 1,
    max: 16,
    about:
      "Child processes of a worker that evaluate mappings, started when there is something to map; each takes up to 150 MB.",
  }),
} as const;
