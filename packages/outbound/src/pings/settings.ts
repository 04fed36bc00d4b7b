import { hosts } from "@drumline/core/config";

/** Env keys of the sender of pings. */
export const pingSettings = {
  pingPrivateHosts: hosts("PING_PRIVATE_HOSTS", {
    about:
      "Hosts of private networks that ping URLs of schedules may reach, comma-separated with their ports; all others are refused.",
    example: "127.0.0.1:8000,healthchecks.intern:443",
  }),
} as const;
