import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";

import { RequestFailed } from "../client/problem.ts";

const UNDO_MS = 8_000;

/** Says that something was done, and takes it back for 8 s where it can be. */
export function showDone(message: string, undo?: () => Promise<unknown>): void {
  const id = notifications.show({
    autoClose: undo === undefined ? UNDO_MS / 2 : UNDO_MS,
    message:
      undo === undefined ? (
        message
      ) : (
        <span className="toast">
          {message}
          <Button
            size="compact-xs"
            variant="light"
            onClick={() => {
              notifications.hide(id);
              undo().then(
                () => showDone("Undone"),
                (error: unknown) => showFailed("It could not be undone", error),
              );
            }}
          >
            Undo
          </Button>
        </span>
      ),
  });
}

/** Says what was not done and why, as the server said it; stays until it is closed. */
export function showFailed(what: string, error: unknown): void {
  notifications.show({
    title: what,
    message: error instanceof Error ? error.message : String(error),
    color: "red",
    autoClose: false,
    ...(error instanceof RequestFailed && error.status === 409 ? { title: `${what}: it was changed meanwhile` } : {}),
  });
}
