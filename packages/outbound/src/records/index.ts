export {
  excerptOfJson,
  instant,
  instantText,
  InvalidRecord,
  issuesOf,
  jsonObject,
  longText,
  measure,
  parseRecord,
  pk,
  text,
  wordOrNull,
} from "./wire-schemas.ts";
