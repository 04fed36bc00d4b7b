export { hideSecret, type StoredAuth, toAuthHeaders } from "./auth.ts";
export {
  AUTH_KINDS,
  findAuthProblems,
  planSecret,
  SECRET_STATES,
  type SecretProblem,
  type SecretState,
  stateOf,
} from "./plan-secret.ts";
export { type Rotation, rotateRows } from "./rotate-rows.ts";
export {
  type BoxKeys,
  createSecretBox,
  isSealed,
  type SecretBox,
  type SecretUse,
  UnusableSecret,
} from "./secret-box.ts";
export { parseSecretKey } from "./secret-key.ts";
export { secretSettings } from "./settings.ts";
