// The process that evaluates mappings: it has no environment, no files of ours open and little memory, and whatever an
// expression does to it, the worker that started it only loses this process.
import { isMainThread, Worker } from "node:worker_threads";

const MOST_COMPILED = 64;
/** An answer that waits longer for its neighbours is sent alone, so that the worker knows which record holds on. */
const FLUSH_MS = 50;
const MOST_ANSWER_CHARACTERS = 1_000_000;
const MOST_MESSAGE_CHARACTERS = 1_000;
const ORPHAN_CHECK_MS = 500;

if (isMainThread) await serve();
else endWithParent();

async function serve() {
  // A thread of its own notices that the worker is gone even while an expression never ends.
  new Worker(new URL(import.meta.url), { argv: [String(process.ppid)], stdout: true, stderr: true });
  const { default: jsonata } = await import("jsonata");
  const compiled = new Map();
  process.on("disconnect", () => process.exit());
  process.on("message", (batch) => void evaluate(batch));
  process.send({ ready: true });

  async function evaluate({ expression, records, turnMs, maxOutputCharacters }) {
    const startedAt = performance.now();
    let flushedAt = startedAt;
    let answers = [];
    let characters = 0;
    const flush = (rest) => {
      process.send({ answers, ...rest });
      flushedAt = performance.now();
      answers = [];
      characters = 0;
    };
    let mapping;
    try {
      mapping = compile(expression);
    } catch (error) {
      flush({ isDone: true, bad: messageOf(error), position: positionOf(error) });
      return;
    }
    for (const record of records) {
      const answer = await map(mapping, record, maxOutputCharacters);
      answers.push(answer);
      characters += answer.value?.length ?? 0;
      const now = performance.now();
      if (now - startedAt > turnMs) break;
      if (now - flushedAt > FLUSH_MS || characters > MOST_ANSWER_CHARACTERS) flush({ isDone: false });
    }
    flush({ isDone: true });
  }

  function compile(expression) {
    let found = compiled.get(expression);
    if (found === undefined) {
      found = jsonata(expression);
      if (compiled.size >= MOST_COMPILED) compiled.delete(compiled.keys().next().value);
      compiled.set(expression, found);
    }
    return found;
  }
}

async function map(mapping, record, maxOutputCharacters) {
  try {
    const value = JSON.stringify(await mapping.evaluate(JSON.parse(record))) ?? "null";
    if (value.length <= maxOutputCharacters) return { value };
    return { error: `it made ${value.length} characters of a record, ${maxOutputCharacters} are allowed` };
  } catch (error) {
    return { error: messageOf(error), position: positionOf(error) };
  }
}

/** Null too where an expression threw something of its own. */
function positionOf(error) {
  try {
    const position = error?.position;
    return Number.isSafeInteger(position) && position >= 0 ? position : null;
  } catch {
    return null;
  }
}

function messageOf(error) {
  try {
    return String(error?.message ?? error).slice(0, MOST_MESSAGE_CHARACTERS);
  } catch {
    return "it threw something that is no text";
  }
}

function endWithParent() {
  const parent = Number(process.argv[2]);
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  }, ORPHAN_CHECK_MS);
}
