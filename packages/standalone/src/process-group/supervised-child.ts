import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import type { Clock } from "@drumline/core/clock";
import type { Env } from "@drumline/core/config";
import { DrumlineError } from "@drumline/core/errors";

import type { ChildLog } from "./child-log.ts";
import { isTelling, toNotableLine } from "./notable-line.ts";
import { type Death, planRestart, type RestartDecision } from "./restart-policy.ts";

export interface ChildSpec {
  /** Shown on the screen and in the name of its log file: beat, worker-2. */
  readonly name: string;
  /** A program, in TypeScript or not, that sends `{ ready: true }` and ends itself on SIGTERM and when its channel closes. */
  readonly main: string;
  readonly args?: readonly string[];
  readonly nodeFlags?: readonly string[];
  /** Read anew at each life, so that a restart sees databases that moved. */
  readonly env: () => Env;
  /** Between asking it to end and ending it. */
  readonly graceMs: number;
  /** One that takes longer to get ready hangs. A minute unless told. */
  readonly readyWithinMs?: number;
  /** Whether it comes back from a death, and when; the usual policy unless told. */
  readonly planRestart?: (deaths: readonly Death[]) => RestartDecision;
}

/** What a child says when it is up; some add facts, such as the URL of a database. */
export interface ReadyMessage {
  readonly ready: true;
  readonly [fact: string]: unknown;
}

export interface ChildListener {
  /** Each life has a process of its own. */
  onStarted(name: string, pid: number): void;
  onReady(name: string, message: ReadyMessage): void;
  onNotable(name: string, line: string): void;
  onRestart(name: string, why: string, delayMs: number): void;
  onGaveUp(error: ChildGaveUp): void;
}

/** A child that would not live: the whole start ends with it. */
export class ChildGaveUp extends DrumlineError {
  constructor(message: string) {
    super(message, { code: "CHILD_GAVE_UP" });
  }
}

interface Exit {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly words: string;
}

function isReady(message: unknown): message is ReadyMessage {
  return typeof message === "object" && message !== null && "ready" in message && message.ready === true;
}

/** The program of another app of this checkout. */
export const mainOf = (app: "beat" | "worker" | "api" | "sandbox"): string =>
  fileURLToPath(new URL(`../../../../apps/${app}/bin/${app}.js`, import.meta.url));

const READY_WITHIN_MS = 60_000;
const LAST_WORDS = 15;
const LAST_WORDS_WITHIN_MS = 300;

/** Keeps one child process alive until it is stopped, or until planRestart says that it is no use. */
export class SupervisedChild {
  readonly name: string;
  readonly #spec: ChildSpec;
  readonly #log: ChildLog;
  readonly #listener: ChildListener;
  readonly #clock: Clock;
  readonly #deaths: Death[] = [];
  readonly #stopped = new AbortController();
  #process: ChildProcess | null = null;
  #life: Promise<void> = Promise.resolve();
  #wasEverReady = false;
  #lastWords: string[] = [];

  constructor(spec: ChildSpec, { log, listener, clock }: { log: ChildLog; listener: ChildListener; clock: Clock }) {
    this.name = spec.name;
    this.#spec = spec;
    this.#log = log;
    this.#listener = listener;
    this.#clock = clock;
  }

  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  start(): void {
    this.#life = this.#live();
  }

  /** Sends a message to the current process; one that has ended gets nothing. */
  send(message: Readonly<Record<string, unknown>>): void {
    if (this.#process?.connected === true) this.#process.send(message);
  }

  /** Ends the current life; the next one begins with the environment of then. */
  restart(): void {
    this.#process?.kill("SIGTERM");
  }

  /** Asks it to end, ends it after its grace, and comes back when it is gone. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#process?.kill("SIGTERM");
    const timer = setTimeout(() => this.kill(), this.#spec.graceMs);
    await this.#life;
    clearTimeout(timer);
    this.#log.close();
  }

  /** Ends it without asking. */
  kill(): void {
    this.#process?.kill("SIGKILL");
  }

  async #live(): Promise<void> {
    const stopped = this.#stopped.signal;
    while (!stopped.aborted) {
      const startedAt = this.#clock.now().getTime();
      const exit = await this.#liveOnce();
      if (stopped.aborted) return;
      const livedMs = this.#clock.now().getTime() - startedAt;
      this.#deaths.push({ livedMs, wasEverReady: this.#wasEverReady, exitCode: exit.code });
      const decision = (this.#spec.planRestart ?? planRestart)(this.#deaths);
      if (decision.kind === "give_up") return this.#listener.onGaveUp(this.#gaveUp(exit.words));
      this.#listener.onRestart(this.name, exit.words, decision.delayMs);
      await delay(decision.delayMs, undefined, { signal: stopped }).catch(() => {});
    }
  }

  async #liveOnce(): Promise<Exit> {
    this.#lastWords = [];
    // Detached: a Ctrl-C at the terminal reaches the supervisor alone, which ends its children in order.
    const child = spawn(
      process.execPath,
      [
        ...(this.#spec.nodeFlags ?? []),
        ...(this.#spec.main.endsWith(".ts") ? ["--import", import.meta.resolve("tsx")] : []),
        this.#spec.main,
        ...(this.#spec.args ?? []),
      ],
      {
        env: this.#spec.env(),
        detached: true,
        stdio: ["ignore", "pipe", "pipe", "ipc"],
      },
    );
    this.#process = child;
    if (child.pid !== undefined) this.#listener.onStarted(this.name, child.pid);
    child.on("message", (message) => this.#hear(message));
    this.#keepLines(child, "stdout");
    this.#keepLines(child, "stderr");
    const closed = new Promise<void>((resolve) => void child.once("close", () => resolve()));
    const exit = new Promise<Exit>((resolve) => {
      child.once("error", (error) => resolve({ code: 1, words: `could not be started: ${error.message}` }));
      child.once("exit", (code, signal) =>
        resolve({ code, words: signal === null ? `ended with code ${code}` : `was ended by ${signal}` }),
      );
    });
    const hung = this.#endUnlessReady(child);
    const ending = await exit;
    // What it said last is still on its way; a grandchild that holds the pipe open must not hold us up.
    await Promise.race([closed, delay(LAST_WORDS_WITHIN_MS)]);
    this.#process = null;
    return hung() ?? ending;
  }

  /** Gives the exit of a child that had to be ended because it did not get ready, and null for any other. */
  #endUnlessReady(child: ChildProcess): () => Exit | null {
    const readyWithinMs = this.#spec.readyWithinMs ?? READY_WITHIN_MS;
    let exit: Exit | null = null;
    const timer = setTimeout(() => {
      exit = { code: 1, words: `did not get ready within ${readyWithinMs} ms` };
      child.kill("SIGKILL");
    }, readyWithinMs);
    const disarm = () => clearTimeout(timer);
    child.once("exit", disarm);
    child.on("message", (message) => isReady(message) && disarm());
    return () => exit;
  }

  #hear(message: unknown): void {
    if (!isReady(message)) return;
    this.#wasEverReady = true;
    this.#listener.onReady(this.name, message);
  }

  #keepLines(child: ChildProcess, stream: "stdout" | "stderr"): void {
    const source = child[stream];
    if (source === null) return;
    createInterface({ input: source }).on("line", (line) => {
      this.#log.append(line);
      const notable = toNotableLine(stream, line);
      const says = notable ?? (stream === "stderr" && isTelling(line) ? line : null);
      if (says !== null) this.#lastWords = [...this.#lastWords, says].slice(-LAST_WORDS);
      // Lines of a child that was never ready are shown again as its last words.
      const isShown = notable !== null && (stream === "stdout" || this.#wasEverReady);
      if (isShown && !this.#stopped.signal.aborted) this.#listener.onNotable(this.name, notable);
    });
  }

  #gaveUp(words: string): ChildGaveUp {
    const times = this.#deaths.length === 1 ? "" : ` ${this.#deaths.length} times`;
    const said = this.#lastWords.length === 0 ? ["(it said nothing)"] : this.#lastWords;
    return new ChildGaveUp(
      [
        `${this.name} ${words}${times} and will not be started again. Its last words:`,
        ...said.map((line) => `  ${line}`),
        `The whole story is in ${this.#log.path}; cure that and start again.`,
      ].join("\n"),
    );
  }
}
