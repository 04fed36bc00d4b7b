import { createServer } from "node:net";

import { DrumlineError } from "@drumline/core/errors";

export interface PortWish {
  readonly key: string;
  readonly host: string;
  readonly port: number;
  /** Given by the user: this one or none. */
  readonly isFixed: boolean;
}

/** What was asked for cannot be listened on. */
export class PortTaken extends DrumlineError {
  constructor(message: string) {
    super(message, { code: "PORT_TAKEN" });
  }
}

const PORTS_TRIED = 50;

/**
 * The wished port when it is free, else the next free one above it.
 * @throws PortTaken when the user asked for this very port, or when none of the next fifty is free
 */
export async function pickPort({ key, host, port, isFixed }: PortWish): Promise<number> {
  const last = isFixed ? port : Math.min(65_535, port + PORTS_TRIED);
  for (let candidate = port; candidate <= last; candidate += 1) {
    const { problem } = await tryPort(host, candidate);
    if (problem === null) return candidate;
    if (problem !== "EADDRINUSE") throw new PortTaken(`${key}=${candidate}: cannot listen on ${host} (${problem})`);
  }
  throw new PortTaken(
    isFixed
      ? `${key}=${port}: another process listens on ${host}:${port}; stop it, or set ${key} to a free port`
      : `no free port from ${port} to ${last} on ${host}; set ${key} to a free one`,
  );
}

const THIS_MACHINE = "127.0.0.1";

/** A port of this machine that nobody listens on: the wanted one if it is free, else one the system picks. */
export async function findFreePort(wanted = 0): Promise<number> {
  const { port, problem } = await tryPort(THIS_MACHINE, wanted);
  if (problem === null) return port;
  if (wanted !== 0 && ["EADDRINUSE", "EACCES"].includes(problem)) return findFreePort();
  throw new PortTaken(`no port of ${THIS_MACHINE} can be listened on (${problem})`);
}

/** Listens for a moment. `port` is the one that was found where 0 was asked; `problem` is null where it worked. */
function tryPort(host: string, port: number): Promise<{ port: number; problem: string | null }> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve({ port, problem: error.code ?? error.message }));
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      const found = typeof address === "object" && address !== null ? address.port : port;
      server.close(() => resolve({ port: found, problem: null }));
    });
  });
}
