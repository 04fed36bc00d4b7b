import type { ServerResponse } from "node:http";

/** Somebody who watches some topics over one connection. */
export class Watcher {
  readonly #response: ServerResponse;
  readonly #topics: ReadonlySet<string>;
  /** It has not read what it was sent: nothing is kept for it, and it reads everything anew once it has. */
  #isBehind = false;

  constructor(response: ServerResponse, topics: ReadonlySet<string>) {
    this.#response = response;
    this.#topics = topics;
    response.on("drain", () => {
      this.#isBehind = false;
      this.#write(RESYNC_ALL);
    });
  }

  send(topic: string, frame: string): void {
    if (this.#topics.has(topic) && !this.#isBehind) this.#write(frame);
  }

  /** A line that means nothing: proxies and clients see that the connection lives. */
  sayAlive(): void {
    if (!this.#isBehind) this.#write(": alive\n\n");
  }

  end(): void {
    this.#response.end();
    // One that does not read would hold its connection open for as long as it likes.
    if (this.#isBehind) this.#response.destroy();
  }

  #write(frame: string): void {
    if (!this.#response.write(frame)) this.#isBehind = true;
  }
}

const RESYNC_ALL = 'event: resync\ndata: {"topic":null}\n\n';

/** The frame is the same for everybody who is told. */
export function toFrame(topic: string, ids: readonly string[] | null): string {
  return ids === null
    ? `event: resync\ndata: ${JSON.stringify({ topic })}\n\n`
    : `event: change\ndata: ${JSON.stringify({ topic, ids })}\n\n`;
}
