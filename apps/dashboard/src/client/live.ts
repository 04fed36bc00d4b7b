import { useSyncExternalStore } from "react";

import { fetchFromApi } from "./api.ts";
import { RequestFailed } from "./problem.ts";
import { queries } from "./queries.ts";
import { createEventReader, type ServerEvent } from "./read-events.ts";

/** Whether what is on screen follows the server, and if not, since when. */
export type Live =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "paused"; readonly since: Date }
  | { readonly kind: "lost"; readonly since: Date; readonly retryAt: Date };

const TOPICS = ["runs", "schedules", "problems"] as const;
/** Besides the topics: what is made of them. */
const MADE_OF_TOPICS = ["overview", "queues"] as const;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 15_000;
/** The server says something at least this often, if only a comment; silence means that the line is dead. */
const LONGEST_SILENCE_MS = 60_000;
/** News that come together are asked for together. */
const GATHER_MS = 400;

let state: Live = { kind: "connecting" };
let attempt: AbortController | null = null;
let failures = 0;
let retry = 0;
const listeners = new Set<() => void>();
const waiting = new Set<string>();

export function useLive(): Live {
  return useSyncExternalStore(subscribe, () => state);
}

/** Begins to follow the server; a tab that nobody sees lets its connection go, since a browser has six per host. */
export function followServer(): () => void {
  const onVisible = () => {
    if (state.kind === "paused") return;
    if (document.hidden) stop();
    else void connect();
  };
  document.addEventListener("visibilitychange", onVisible);
  onVisible();
  return () => {
    document.removeEventListener("visibilitychange", onVisible);
    stop();
  };
}

/** Paused, the page stands still until it is switched back; nothing is asked for by itself. */
export function switchLive(): void {
  if (state.kind === "paused") {
    set({ kind: "connecting" });
    void connect();
    return;
  }
  stop();
  set({ kind: "paused", since: new Date() });
}

export function retryNow(): void {
  void connect();
}

async function connect(): Promise<void> {
  stop();
  const mine = new AbortController();
  attempt = mine;
  try {
    await readStream(mine);
    throw new Error("the stream ended");
  } catch (error) {
    if (attempt !== mine) return;
    const status = error instanceof RequestFailed ? error.status : 0;
    // Nobody is signed in: the sign-in page is shown, which follows nothing.
    if (status === 401) return;
    failures += 1;
    const waitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
    const since = state.kind === "lost" ? state.since : new Date();
    set({ kind: "lost", since, retryAt: new Date(Date.now() + waitMs) });
    retry = window.setTimeout(() => void connect(), waitMs);
  }
}

function stop(): void {
  window.clearTimeout(retry);
  attempt?.abort();
  attempt = null;
}

async function readStream(mine: AbortController): Promise<void> {
  const response = await fetchFromApi(`api/v1/stream?topics=${TOPICS.join(",")}`, {
    headers: { accept: "text/event-stream" },
    signal: mine.signal,
  });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const read = createEventReader();
  // What happened while the connection was away is asked for once.
  if (state.kind !== "live") await refetch([...TOPICS, ...MADE_OF_TOPICS]);
  failures = 0;
  set({ kind: "live" });
  while (true) {
    const silence = window.setTimeout(() => void reader.cancel(), LONGEST_SILENCE_MS);
    const { done, value } = await reader.read();
    window.clearTimeout(silence);
    if (done) return;
    for (const event of read(value)) take(event);
  }
}

function take({ event, data }: ServerEvent): void {
  if (event === "resync") return gather([...TOPICS]);
  if (event !== "change") return;
  const { topic } = JSON.parse(data) as { topic?: unknown };
  if (typeof topic === "string") gather([topic]);
}

function gather(topics: readonly string[]): void {
  if (waiting.size === 0)
    window.setTimeout(() => {
      const gathered = [...waiting];
      waiting.clear();
      void refetch([...gathered, ...MADE_OF_TOPICS]);
    }, GATHER_MS);
  for (const topic of topics) waiting.add(topic);
}

async function refetch(topics: readonly string[]): Promise<void> {
  await Promise.all(topics.map((topic) => queries.invalidateQueries({ queryKey: [topic] })));
}

function set(next: Live): void {
  state = next;
  for (const tell of listeners) tell();
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => void listeners.delete(tell);
}
