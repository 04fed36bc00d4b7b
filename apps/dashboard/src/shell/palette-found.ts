import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, dataOf, type Schemas } from "../client/api.ts";
import { toWord } from "../parts/status.ts";
import { type Entry, matchEntries, mayBeRunId, readVerb, type Verb } from "./palette-entries.ts";
import { toDo } from "./palette-verbs.ts";

const TYPING_MS = 150;
const LEAST_SIGNS = 2;
const MOST = 5;

interface Found {
  readonly entries: readonly Entry[];
  /** A list that could not be asked, or not by this person, leaves the others. */
  readonly areAllAsked: boolean;
}

const NOTHING: Found = { entries: [], areAllAsked: true };

/** What the server has by that name or number, or by its beginning; asked for when the typing rests. */
export function useFound(text: string, mayOperate: boolean): Found & { readonly isSearching: boolean } {
  const [asked] = useDebouncedValue(text.trim(), TYPING_MS);
  const isEnough = asked.length >= LEAST_SIGNS;
  const { data, isFetching, isPlaceholderData } = useQuery({
    queryKey: ["palette", asked, mayOperate],
    queryFn: ({ signal }) => find(asked, mayOperate, signal),
    enabled: isEnough,
    gcTime: 0,
    placeholderData: keepPreviousData,
  });
  const { entries, areAllAsked } = (isEnough ? data : undefined) ?? NOTHING;
  // Of what an earlier text found, only what the one that stands there now would find as well.
  const isCurrent = asked === text.trim() && !isPlaceholderData;
  const isSearching = text.trim().length >= LEAST_SIGNS && (isFetching || !isCurrent);
  return { entries: isCurrent ? entries : matchEntries(entries, text), areAllAsked, isSearching };
}

async function find(text: string, mayOperate: boolean, signal: AbortSignal): Promise<Found> {
  const { verb, rest } = readVerb(text);
  const asked =
    verb === null
      ? [
          findSchedules(text, mayOperate, signal),
          findOrders(text, signal),
          findRuns(text, signal),
          findProblems(text, signal),
        ]
      : [findToDo(verb, rest, signal)];
  const answers = await Promise.allSettled(asked);
  signal.throwIfAborted();
  return {
    entries: answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : [])),
    areAllAsked: answers.every(({ status }) => status === "fulfilled"),
  };
}

const loadSchedules = async (q: string, signal: AbortSignal): Promise<readonly Schemas["Schedule"][]> =>
  (await dataOf(api.GET("/api/v1/schedules", { params: { query: { q, limit: MOST } }, signal }))).items;

async function findSchedules(text: string, mayOperate: boolean, signal: AbortSignal): Promise<Entry[]> {
  const schedules = await loadSchedules(text, signal);
  const [first] = schedules;
  return [
    ...schedules.map(({ key, name, inWords }) => ({
      id: `schedule ${key}`,
      group: "Schedules",
      label: name,
      about: name === key ? inWords : `${key} · ${inWords}`,
      place: { to: "/schedules/$key", params: { key } },
    })),
    ...(mayOperate && first !== undefined ? toDo(first) : []),
  ];
}

async function findToDo(verb: Verb, name: string, signal: AbortSignal): Promise<Entry[]> {
  const schedules = await loadSchedules(name, signal);
  return schedules.flatMap((schedule) => toDo(schedule, verb));
}

async function findOrders(begin: string, signal: AbortSignal): Promise<Entry[]> {
  const { items } = await dataOf(
    api.GET("/api/v1/oms/orders", { params: { query: { find: begin, limit: MOST } }, signal }),
  );
  return items.map(({ number, state, channel }) => ({
    id: `order ${number}`,
    group: "Orders",
    label: number,
    about: `${toWord(state)} · ${channel}`,
    place: { to: "/orders/$number", params: { number } },
  }));
}

async function findRuns(q: string, signal: AbortSignal): Promise<Entry[]> {
  if (!mayBeRunId(q)) return [];
  const { items } = await dataOf(api.GET("/api/v1/runs", { params: { query: { q, limit: MOST } }, signal }));
  const begins = items.filter(({ id }) => id.startsWith(q.toLowerCase()));
  return begins.map(({ id, task, status }) => ({
    id: `run ${id}`,
    group: "Runs",
    label: id,
    about: `${task} · ${toWord(status)}`,
    place: { to: "/runs/$id", params: { id } },
  }));
}

async function findProblems(q: string, signal: AbortSignal): Promise<Entry[]> {
  const { items } = await dataOf(api.GET("/api/v1/problems", { params: { query: { q, limit: MOST } }, signal }));
  return items.map(({ id, subjectKey, kind, open }) => ({
    id: `problem ${id}`,
    group: "Problems",
    label: subjectKey,
    about: `${toWord(kind)}${open ? "" : " · closed"}`,
    place: { to: "/problems/$id", params: { id } },
  }));
}
