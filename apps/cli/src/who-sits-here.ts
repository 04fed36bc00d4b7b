import { userInfo } from "node:os";

/** Whoever sits at the command line, as the audit names them; a container may run under a user that has no name. */
export function whoSitsHere(): string {
  try {
    return `cli: ${userInfo().username}`;
  } catch {
    return `cli: user ${process.getuid?.() ?? "unknown"}`;
  }
}
