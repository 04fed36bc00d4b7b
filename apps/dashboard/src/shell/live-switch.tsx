import { Button } from "@mantine/core";
import IconPlayerPause from "@tabler/icons-react/icons/IconPlayerPause";
import IconPlayerPlay from "@tabler/icons-react/icons/IconPlayerPlay";

import { switchLive, useLive } from "../client/live.ts";

const WORDS = { connecting: "Connecting", live: "Live", paused: "Paused", lost: "Not live" } as const;

/** Live follows the server; Paused leaves the page as it is. */
export function LiveSwitch() {
  const { kind } = useLive();
  const Icon = kind === "paused" ? IconPlayerPlay : IconPlayerPause;
  return (
    <Button
      variant="subtle"
      color="gray"
      className="shell-wide tool-button live-switch"
      data-live={kind}
      aria-pressed={kind !== "paused"}
      aria-label={kind === "paused" ? "Paused: follow the server" : `${WORDS[kind]}: pause`}
      leftSection={<Icon size={15} aria-hidden />}
      onClick={switchLive}
    >
      {WORDS[kind]}
    </Button>
  );
}
