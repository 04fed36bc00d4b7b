import { join } from "node:path";

import type { Clock } from "@drumline/core/clock";

import { openChildLog } from "./child-log.ts";
import {
  type ChildGaveUp,
  type ChildListener,
  type ChildSpec,
  type ReadyMessage,
  SupervisedChild,
} from "./supervised-child.ts";

export interface ProcessGroupOptions {
  readonly logDir: string;
  /** Where warnings of the children and their restarts are shown. */
  readonly screen: {
    say(line: string): void;
    trouble(process: string, line: string): void;
  };
  readonly clock: Clock;
  readonly onStarted: (pid: number) => void;
}

/** The child processes of one start. */
export class ProcessGroup {
  /** Rejects when one child will not live. */
  readonly failure: Promise<never>;
  readonly #options: ProcessGroupOptions;
  readonly #children = new Map<string, SupervisedChild>();
  readonly #awaited = new Map<string, (message: ReadyMessage) => void>();
  readonly #listener: ChildListener;
  #isEnding = false;

  constructor(options: ProcessGroupOptions) {
    this.#options = options;
    const { screen } = options;
    let fail: (error: ChildGaveUp) => void;
    this.failure = new Promise((_, reject) => void (fail = reject));
    this.failure.catch(() => {});
    this.#listener = {
      onStarted: (_name, pid) => {
        options.onStarted(pid);
        this.#sendUsers();
      },
      onReady: (name, message) => {
        this.#sendUsers();
        this.#awaited.get(name)?.(message);
      },
      onNotable: (name, line) => screen.trouble(name, line),
      onRestart: (name, why, delayMs) => screen.say(`  ${name} ${why}; starting it again in ${delayMs} ms`),
      onGaveUp: (error) => fail(error),
    };
  }

  /** Starts a child and comes back when it is ready; `onReadyAgain` hears of its later lives. */
  launch(spec: ChildSpec, onReadyAgain: (message: ReadyMessage) => void = () => {}): Promise<ReadyMessage> {
    // A start that is still under way when all is ended never resolves: it ends with the process.
    if (this.#isEnding) return new Promise(() => {});
    const { logDir, clock } = this.#options;
    const log = openChildLog(join(logDir, `${spec.name}.log`));
    const child = new SupervisedChild(spec, { log, listener: this.#listener, clock });
    this.#children.set(spec.name, child);
    const ready = new Promise<ReadyMessage>((resolve) => {
      this.#awaited.set(spec.name, (message) => {
        this.#awaited.set(spec.name, onReadyAgain);
        resolve(message);
      });
    });
    child.start();
    return ready;
  }

  /** Gives every child but `name` a new life, because what its environment says has changed. */
  restartAllBut(name: string): void {
    for (const child of this.#children.values()) if (child.name !== name) child.restart();
  }

  /** Ends the current life of a child without asking. */
  kill(name: string): void {
    this.#children.get(name)?.kill();
  }

  /** The databases must outlive their users even when this process is killed, so they know who those are. */
  #sendUsers(): void {
    const others = [...this.#children.values()].filter(({ name }) => name !== DATABASES);
    this.#children.get(DATABASES)?.send({ users: others.flatMap(({ pid }) => pid ?? []) });
  }

  /** Those who work first, then the outside they call, then the databases they write to. */
  async stop(force: AbortSignal): Promise<void> {
    this.#isEnding = true;
    const children = [...this.#children.values()];
    const killAllButDatabases = () =>
      children.filter(({ name }) => name !== DATABASES).forEach((child) => child.kill());
    if (force.aborted) killAllButDatabases();
    force.addEventListener("abort", killAllButDatabases);
    const last = [SANDBOX, DATABASES];
    await stopAll(children.filter(({ name }) => !last.includes(name)));
    for (const name of last) await stopAll(children.filter((child) => child.name === name));
  }
}

const stopAll = (children: readonly SupervisedChild[]) => Promise.all(children.map((child) => child.stop()));

/** Two children whose place in the order of ending matters. */
export const SANDBOX = "sandbox";
export const DATABASES = "databases";
