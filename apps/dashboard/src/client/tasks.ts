import { useQuery } from "@tanstack/react-query";

import { api, dataOf, type Schemas } from "./api.ts";

export type Task = Schemas["Task"];

/** The catalogue changes with a release only. */
export function useTasks() {
  return useQuery({
    queryKey: ["tasks"],
    queryFn: () => dataOf(api.GET("/api/v1/tasks", {})),
    staleTime: Infinity,
  });
}

export function useTask(name: string | undefined): Task | undefined {
  return useTasks().data?.items.find((task) => task.name === name);
}

/** The queues that tasks run from. */
export function useQueueNames(): string[] {
  return [...new Set(useTasks().data?.items.map(({ queue }) => queue))];
}
