import { type Database, Prisma } from "@drumline/db";

const RULES = [
  {
    name: "whole from the seller",
    location_filter: { itemAttribute: "seller" },
    allow_split: false,
    transferable: false,
  },
  { name: "gathered in one place", location_filter: {}, allow_split: false, transferable: true },
  { name: "from the sellers", location_filter: { itemAttribute: "seller" }, allow_split: true, transferable: false },
  { name: "from anywhere", location_filter: {}, allow_split: true, transferable: false },
];

/**
 * Orders of several sellers are gathered by transfers and leave as one package, so that transfers have work too; the
 * built-in scenario sends a package from each.
 */
export async function saveConsolidationScenario(db: Database): Promise<void> {
  const rules = JSON.stringify(RULES.map((rule, index) => ({ position: index + 1, ...rule })));
  await db.$executeRaw(Prisma.sql`
    WITH scenario AS (
      INSERT INTO distribution_scenario (name, priority) VALUES ('gathering', 1) RETURNING id
    )
    INSERT INTO scenario_rule (scenario_id, position, name, location_filter, sort, allow_split, transferable)
    SELECT scenario.id, rule.position, rule.name, rule.location_filter, '[{"by": "PRIORITY", "direction": "asc"}]',
      rule.allow_split, rule.transferable
    FROM scenario, jsonb_to_recordset(${rules}::jsonb) AS rule(
      position int, name text, location_filter jsonb, allow_split boolean, transferable boolean)`);
}
