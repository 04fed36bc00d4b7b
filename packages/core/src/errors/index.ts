export { closestName, editDistance } from "./closest-name.ts";
export { codeOf } from "./code-of.ts";
export { DrumlineError, type DrumlineErrorOptions } from "./drumline-error.ts";
export { messageOf } from "./message-of.ts";
export { hideCredentials, withoutPassword } from "./shown-text.ts";
