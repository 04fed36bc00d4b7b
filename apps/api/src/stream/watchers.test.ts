import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";

import { describe, expect, it } from "@jest/globals";

import { toFrame, Watcher } from "./watchers.ts";

/** A connection whose reader reads or does not. */
class Connection extends EventEmitter {
  reads = true;
  isDestroyed = false;
  readonly written: string[] = [];
  write(frame: string): boolean {
    this.written.push(frame);
    return this.reads;
  }
  end(): void {}
  destroy(): void {
    this.isDestroyed = true;
  }
}

describe("a watcher", () => {
  const watch = (...topics: string[]) => {
    const connection = new Connection();
    return { connection, watcher: new Watcher(connection as unknown as ServerResponse, new Set(topics)) };
  };

  it("is told of its topics alone", () => {
    const { connection, watcher } = watch("runs");
    watcher.send("runs", toFrame("runs", ["a"]));
    watcher.send("schedules", toFrame("schedules", ["b"]));
    expect(connection.written).toEqual(['event: change\ndata: {"topic":"runs","ids":["a"]}\n\n']);
  });

  it("is told nothing while it does not read, and to read everything anew once it does", () => {
    const { connection, watcher } = watch("runs");
    connection.reads = false;
    for (let no = 0; no < 100; no += 1) watcher.send("runs", toFrame("runs", [String(no)]));
    watcher.sayAlive();
    expect(connection.written).toHaveLength(1);
    connection.reads = true;
    connection.emit("drain");
    watcher.send("runs", toFrame("runs", null));
    expect(connection.written.slice(1)).toEqual([
      'event: resync\ndata: {"topic":null}\n\n',
      'event: resync\ndata: {"topic":"runs"}\n\n',
    ]);
  });

  it("is cut off at the end of the server where it does not read", () => {
    const { connection, watcher } = watch("runs");
    watcher.end();
    expect(connection.isDestroyed).toBe(false);
    connection.reads = false;
    watcher.send("runs", toFrame("runs", ["a"]));
    watcher.end();
    expect(connection.isDestroyed).toBe(true);
  });
});
