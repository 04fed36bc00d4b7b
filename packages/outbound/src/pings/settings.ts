import { type Setting, text } from "@drumline/core/config";

/** Env keys of the sender of pings. */
export const pingSettings = {
  pingPrivateHosts: {
    ...text("PING_PRIVATE_HOSTS", {
      fallback: "",
      about:
        "Hosts of private networks that ping URLs of schedules may reach, comma-separated with their ports; all others are refused.",
      example: "127.0.0.1:8000,healthchecks.intern:443",
    }),
    parse: (raw: string): readonly string[] => raw.split(",").map((host) => host.trim()),
  } satisfies Setting<readonly string[]>,
} as const;
