import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";

import { api, dataOf } from "../../client/api.ts";
import { addLines, type NumberedLine } from "./log-lines.ts";

const EVERY_MS = 700;
const MOST_AT_ONCE = 2_000;

interface FollowedLog {
  readonly lines: readonly NumberedLine[];
  readonly ended: boolean;
}

/** All lines of a run, and those that come in while it is under way. */
export function useRunLog(id: string) {
  const read = useRef<{ id: string; after: string; log: FollowedLog }>({
    id,
    after: "0",
    log: { lines: [], ended: false },
  });
  if (read.current.id !== id) read.current = { id, after: "0", log: { lines: [], ended: false } };
  return useQuery({
    // Not under the topic of runs: it asks by itself for what is new, and never for all of it again.
    queryKey: ["run-log", id],
    queryFn: async () => {
      let hasMore = true;
      while (hasMore) {
        const { after, log } = read.current;
        const query = { after, limit: MOST_AT_ONCE };
        const page = await dataOf(api.GET("/api/v1/runs/{id}/log", { params: { path: { id }, query } }));
        read.current = { id, after: page.lastId, log: { lines: addLines(log.lines, page.items), ended: page.ended } };
        hasMore = page.hasMore;
      }
      return read.current.log;
    },
    refetchInterval: ({ state }) => (state.data?.ended === true ? false : EVERY_MS),
    staleTime: 0,
    gcTime: 0,
  });
}
