import { DrumlineError } from "@drumline/core/errors";
import { type Database } from "@drumline/db";
import { z } from "zod";

import { conditionsSchema, locationFilterSchema, type Rule, type Scenario, sortSchema } from "../rules/scenario.ts";

/** A scenario row that does not say what it means. Planning by half a rule would send goods to the wrong place. */
export class InvalidScenario extends DrumlineError {
  constructor(scenario: string, problems: string) {
    super(
      `distribution scenario "${scenario}" cannot be used: ${problems}. Correct the row (or set is_active = false); nothing was planned.`,
      { code: "INVALID_SCENARIO" },
    );
  }
}

/** The active scenarios of both kinds. */
export interface Scenarios {
  readonly distribution: readonly Scenario[];
  readonly transfer: readonly Scenario[];
}

/** Active scenarios, the highest priority first. Throws `InvalidScenario`. */
export async function loadScenarios(db: Database): Promise<Scenarios> {
  const rows = await db.distributionScenario.findMany({
    where: { isActive: true },
    include: { rules: { orderBy: { position: "asc" } } },
    orderBy: [{ priority: "desc" }, { id: "asc" }],
  });
  const read = (kind: "DISTRIBUTION" | "TRANSFER") => rows.filter((row) => row.kind === kind).map(parseScenario);
  return { distribution: read("DISTRIBUTION"), transfer: read("TRANSFER") };
}

const ruleSchema = z.object({
  name: z.string(),
  // Akinon's product prerequisites beyond "all products" are unpublished; a condition we would ignore is refused.
  productCondition: z.strictObject({}),
  locationFilter: locationFilterSchema,
  sort: sortSchema,
  selectByQuota: z.boolean(),
  allowSplit: z.boolean(),
  maxPackages: z.int().min(1).nullable(),
  transferable: z.boolean(),
});

const scenarioSchema = z.object({
  id: z.bigint(),
  name: z.string(),
  conditions: conditionsSchema,
  defaultLocationId: z.bigint().nullable(),
  initialState: z.enum(["WAITING", "WAITING_REMOTE_ACTION"]),
  rules: z.array(ruleSchema),
});

function parseScenario(row: { readonly name: string }): Scenario {
  const parsed = scenarioSchema.safeParse(row);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new InvalidScenario(row.name, problems.join("; "));
  }
  return { ...parsed.data, rules: parsed.data.rules.map(toRule) };
}

function toRule({ name, locationFilter: filter, ...rule }: z.output<typeof ruleSchema>): Rule {
  const { sort, selectByQuota, allowSplit, maxPackages, transferable } = rule;
  return { name, filter, sort, selectByQuota, allowSplit, maxPackages, transferable };
}
