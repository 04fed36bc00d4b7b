/** Areas are the queues of the tasks, in the order of the house. */
const AREAS: Readonly<Record<string, string>> = {
  oms: "OMS",
  ecomnow: "eComNow",
  shop: "Shop",
  integration: "Integration",
  maintenance: "Maintenance",
};

export const areaName = (queue: string | undefined): string =>
  queue === undefined ? "Other" : (AREAS[queue] ?? queue);

export const PINNED = "Pinned";

export interface GroupedSchedule<Schedule> {
  readonly schedule: Schedule;
  readonly group: string;
}

/** Pinned ones first, then area by area; within each as the api has them, which is by key. */
export function groupSchedules<Schedule extends { readonly key: string; readonly task: string }>(
  schedules: readonly Schedule[],
  queueOf: (task: string) => string | undefined,
  pins: ReadonlySet<string>,
): GroupedSchedule<Schedule>[] {
  const order = [PINNED, ...Object.values(AREAS)];
  const rank = (group: string) => (order.includes(group) ? order.indexOf(group) : order.length);
  return schedules
    .map((schedule) => ({ schedule, group: pins.has(schedule.key) ? PINNED : areaName(queueOf(schedule.task)) }))
    .toSorted((a, b) => rank(a.group) - rank(b.group) || a.group.localeCompare(b.group));
}
