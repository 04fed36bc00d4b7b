export { cutText, excerptOf } from "./cut-text.ts";
export { emailHashOf, emailKeyOf } from "./email-key.ts";
export { toFreeIdentifier, toIdentifier } from "./identifier.ts";
export { JSON_LIMITS, type JsonLimits, type JsonOptions, parseJson, UnreadableJson } from "./parse-json.ts";
export {
  findUnstorable,
  isStorable,
  STORABLE_LIMITS,
  type StorableJson,
  type StorableLimits,
  toStorableJson,
  toStorableText,
  type Unstorable,
} from "./storable.ts";
