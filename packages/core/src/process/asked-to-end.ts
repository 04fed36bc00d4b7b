/**
 * Resolves when this process is asked to end: by a signal, or because the process that started it is gone. A killed
 * supervisor closes the channel between the two, so it leaves nothing behind.
 */
export function untilAskedToEnd(): Promise<string> {
  return new Promise((resolve) => {
    // The channel may have closed while the modules were read, before anybody listened.
    if (process.send !== undefined && !process.connected) resolve("disconnect");
    for (const event of ["SIGTERM", "SIGINT", "disconnect"] as const) process.once(event, () => resolve(event));
  });
}

/** Tells a supervisor, if there is one, that this process does its work now. */
export function announceReady(): void {
  if (process.connected) process.send!({ ready: true });
}
