import { integer, readSettings, storeSettings, text, type ValuesOf } from "@drumline/core/config";
import { config as loadDotenv } from "dotenv";

export const apiSettings = {
  ...storeSettings,
  host: text("API_HOST", {
    fallback: "127.0.0.1",
    about: "Address the api listens on. It asks nobody who they are yet: let only trusted networks reach it.",
  }),
  port: integer("API_PORT", {
    fallback: 3000,
    min: 0,
    max: 65_535,
    about: "Port the api and its status page listen on; 0 takes any free one.",
  }),
} as const;

export type ApiConfig = ValuesOf<typeof apiSettings>;

/** Reads `.env` and the environment, which wins. Throws `InvalidConfiguration` with every problem. */
export function readApiConfig(): ApiConfig {
  loadDotenv({ quiet: true });
  return readSettings(apiSettings, process.env);
}
