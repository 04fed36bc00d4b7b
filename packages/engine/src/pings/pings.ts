/** What is said to a schedule's ping URL, as healthchecks.io and its like take it. */
export interface Ping {
  /** As it stands with the schedule; a secret. */
  readonly url: string;
  readonly signal: "start" | "success" | "fail";
  /** For people. Without results and errors: those may hold what must not leave the house. */
  readonly text: string;
}

/** Sends pings some time soon, or drops them: whoever sends one waits for nothing and is told of nothing. */
export interface Pings {
  /** Never throws. */
  send(ping: Ping): void;
}
