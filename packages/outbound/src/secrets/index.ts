export { hideSecret, type StoredAuth, toAuthHeaders } from "./auth.ts";
export { createSecretBox, parseSecretKey, type SecretBox, UnusableSecret } from "./secret-box.ts";
