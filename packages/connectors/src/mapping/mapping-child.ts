import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

import { messageOf } from "@drumline/core/errors";

/** What a child made of one record. */
export type ChildAnswer =
  | { readonly value: string }
  /** Where in the expression it failed, as JSONata counts; absent or null where nobody knows. */
  | { readonly value?: undefined; readonly error: string; readonly position?: number | null };

export interface ChildBatch {
  readonly expression: string;
  /** JSON texts. */
  readonly records: readonly string[];
}

/** How the child's turn at a batch ended; `done` may leave records at the end unanswered. */
export type TurnEnding =
  | { readonly kind: "done" }
  | { readonly kind: "bad"; readonly problem: string; readonly position: number | null }
  /** The process is gone; the record after the last answer, or one soon after it, was too much for it. */
  | { readonly kind: "died"; readonly why: string }
  | { readonly kind: "not started"; readonly why: string };

export interface MappingChild {
  /** One batch at a time; `onAnswer` is called in the order of the records. Never throws. */
  run(batch: ChildBatch, onAnswer: (answer: ChildAnswer) => void): Promise<TurnEnding>;
  end(): void;
}

export interface MappingChildOptions {
  readonly heapMegabytes: number;
  /** For one record. */
  readonly timeLimitMs: number;
  /** After this time the child gives back what it has not begun. */
  readonly turnMs: number;
  readonly maxOutputCharacters: number;
}

interface ChildMessage {
  readonly ready?: true;
  readonly answers?: readonly ChildAnswer[];
  readonly isDone?: boolean;
  readonly bad?: string;
  readonly position?: number | null;
}

const CHILD = fileURLToPath(new URL("./child.js", import.meta.url));
const START_LIMIT_MS = 30_000;
/** The child tells of answers at the latest after 50 ms: a longer silence is one record's. */
const FLUSH_ALLOWANCE_MS = 100;

/** Starts a process that evaluates mappings. It does not keep this process alive, and ends with it however that ends. */
export function startMappingChild(options: MappingChildOptions): MappingChild {
  const { heapMegabytes, timeLimitMs, turnMs, maxOutputCharacters } = options;
  let isReady = false;
  let death: string | null = null;
  let onMessage: (message: ChildMessage) => void = () => {};
  let onDeath: () => void = () => {};
  let child: ChildProcess | null = null;

  function die(why: string): void {
    if (death !== null) return;
    death = why;
    child?.kill("SIGKILL");
    onDeath();
  }

  try {
    child = fork(CHILD, [], {
      env: {},
      execArgv: [`--max-old-space-size=${heapMegabytes}`],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    child.on("error", (error) => die(messageOf(error)));
    child.on("exit", (code, signal) => die(`its process ended (${signal ?? `exit code ${code}`})`));
    child.on("disconnect", () => die("its process closed the channel"));
    child.on("message", (message) => {
      if ((message as ChildMessage).ready) isReady = true;
      onMessage(message as ChildMessage);
    });
    child.unref();
    child.channel?.unref();
  } catch (error) {
    death = messageOf(error);
  }

  return {
    run(batch, onAnswer) {
      return new Promise((resolve) => {
        let isSent = false;
        let timer: NodeJS.Timeout;
        const settle = (ending: TurnEnding) => {
          clearTimeout(timer);
          onMessage = () => {};
          onDeath = () => {};
          resolve(ending);
        };
        const watch = (limitMs: number, why: string) => {
          clearTimeout(timer);
          timer = setTimeout(() => die(why), limitMs);
        };
        const watchRecord = () => watch(timeLimitMs + FLUSH_ALLOWANCE_MS, `it took longer than ${timeLimitMs} ms`);
        const send = () => {
          isSent = true;
          watchRecord();
          child!.send({ ...batch, turnMs, maxOutputCharacters }, (error) => {
            if (error !== null) die(messageOf(error));
          });
        };
        onDeath = () => settle({ kind: isSent ? "died" : "not started", why: death! });
        onMessage = ({ ready, answers = [], isDone, bad, position = null }) => {
          if (ready) return send();
          for (const answer of answers) onAnswer(answer);
          if (bad !== undefined) settle({ kind: "bad", problem: bad, position });
          else if (isDone) settle({ kind: "done" });
          else watchRecord();
        };
        if (death !== null) onDeath();
        else if (isReady) send();
        else watch(START_LIMIT_MS, `its process did not start within ${START_LIMIT_MS} ms`);
      });
    },
    end: () => die("it was ended"),
  };
}
