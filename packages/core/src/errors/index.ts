export { closestName, editDistance } from "./closest-name.ts";
export { DrumlineError, type DrumlineErrorOptions } from "./drumline-error.ts";
export { messageOf } from "./message-of.ts";
