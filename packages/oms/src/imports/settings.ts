import { integer, type ValuesOf } from "@drumline/core/config";

/** Env keys of the pull from Omnitron. */
export const importSettings = {
  omnitronPageSize: integer("OMNITRON_PAGE_SIZE", {
    fallback: 500,
    min: 1,
    max: 1_000,
    about: "Orders or stock locations per page; a page is one transaction.",
  }),
  omnitronOverlapSeconds: integer("OMNITRON_OVERLAP_SECONDS", {
    fallback: 300,
    min: 0,
    max: 86_400,
    about: "Seconds before its cursor at which a pull begins, so that what Omnitron commits late is still seen.",
  }),
  omnitronLocationsPauseSeconds: integer("OMNITRON_LOCATIONS_PAUSE_SECONDS", {
    fallback: 0,
    min: 0,
    max: 30 * 86_400,
    about: "Seconds for which the stock locations stay as they were pulled; 0 pulls them with every pull of orders.",
  }),
} as const;

/** The values of `importSettings`. */
export type ImportSettings = ValuesOf<typeof importSettings>;
