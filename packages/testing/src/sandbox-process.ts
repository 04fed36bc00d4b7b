import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

export interface SandboxOptions {
  /** A folder in the Olist layout; the seeded generator without one. */
  readonly dataDir?: string;
  /** Settings of the sandbox by their env keys: SANDBOX_SPEED, SANDBOX_SEED, ... */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Sandbox {
  readonly url: string;
  /** Replaces the fault switches; an empty list clears them. */
  setFaults(faults: readonly object[]): Promise<void>;
  close(): Promise<void>;
}

/** The outside world as a process of its own, on a free port. It ends with this process, however that ends. */
export async function startSandbox({ dataDir, env = {} }: SandboxOptions = {}): Promise<Sandbox> {
  const child = spawn(process.execPath, ["apps/sandbox/bin/sandbox.js"], {
    cwd: ROOT,
    env: { ...process.env, SANDBOX_PORT: "0", SANDBOX_STATE_FILE: "", SANDBOX_DATA: dataDir ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const ended = once(child, "exit");
  let complaints = "";
  child.stderr!.on("data", (chunk) => (complaints += String(chunk)));
  let url: string | null = null;
  for await (const line of createInterface({ input: child.stdout! })) {
    url = JSON.parse(line).listening;
    break;
  }
  if (url === null) {
    await ended;
    throw new Error(`the sandbox did not start: ${complaints.trim()}`);
  }
  child.stdout!.resume();
  return {
    url,
    setFaults: (faults) => putFaults(url, faults),
    close: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** Looks into the sandbox, or steers it. Throws what it answered where that is no success. */
export async function askSandbox<Answer>(url: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(`${url}/_sandbox${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json() as Promise<Answer>;
}

async function putFaults(url: string, faults: readonly object[]): Promise<void> {
  const answer = await fetch(`${url}/_sandbox/faults`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(faults),
  });
  if (!answer.ok) throw new Error(`the sandbox refused the faults: ${answer.status} ${await answer.text()}`);
}
