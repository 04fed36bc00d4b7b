import { createServer } from "node:net";

import { DrumlineError } from "@drumline/core/errors";

const PORTS_TRIED = 50;

export interface PortWish {
  readonly key: string;
  readonly host: string;
  readonly port: number;
  /** Given by the user: this one or none. */
  readonly isFixed: boolean;
}

/**
 * The wished port when it is free, else the next free one above it.
 * @throws PortTaken when the user asked for this very port, or when none of the next fifty is free
 */
export async function pickPort({ key, host, port, isFixed }: PortWish): Promise<number> {
  const last = isFixed ? port : Math.min(65_535, port + PORTS_TRIED);
  for (let candidate = port; candidate <= last; candidate += 1) {
    const trouble = await tryPort(host, candidate);
    if (trouble === null) return candidate;
    if (trouble !== "EADDRINUSE") throw new PortTaken(`${key}=${candidate}: cannot listen on ${host} (${trouble})`);
  }
  throw new PortTaken(
    isFixed
      ? `${key}=${port}: another process listens on ${host}:${port}; stop it, or set ${key} to a free port`
      : `no free port from ${port} to ${last} on ${host}; set ${key} to a free one`,
  );
}

export class PortTaken extends DrumlineError {
  constructor(message: string) {
    super(message, { code: "PORT_TAKEN" });
  }
}

function tryPort(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
