export { createPingSender, type PingSender } from "./ping-sender.ts";
export { pingSettings } from "./settings.ts";
