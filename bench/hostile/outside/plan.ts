import { type Gateway, gatewayNames } from "../gateways.ts";

/** Which mutation each gateway's answers suffer just now; null where they are well. */
export type HostilePlan = Readonly<Partial<Record<Gateway, string | null>>>;

/** Spoiled answers by `gateway: mutation`. */
export type SpoiledCounts = Readonly<Record<string, number>>;

interface OpenPlan {
  change(json: string): HostilePlan;
  mutationOf(gateway: Gateway): string | null;
  count(gateway: Gateway, mutation: string): void;
  counts(): SpoiledCounts;
}

export function openPlan(): OpenPlan {
  let plan: HostilePlan = {};
  const counts = new Map<string, number>();
  return {
    change: (json) => {
      plan = JSON.parse(json) as HostilePlan;
      const unknown = Object.keys(plan).find((name) => !gatewayNames.includes(name as Gateway));
      if (unknown !== undefined) throw new Error(`no gateway ${unknown}; expected one of ${gatewayNames.join(", ")}`);
      return plan;
    },
    mutationOf: (gateway) => plan[gateway] ?? null,
    count: (gateway, mutation) => {
      const key = `${gateway}: ${mutation}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    counts: () => Object.fromEntries(counts),
  };
}
