export {
  createSource,
  deleteSource,
  loadSource,
  loadSources,
  rotateSourceSecrets,
  rotateSourceToken,
  updateSource,
} from "./sources.sql.ts";
export {
  findSecretProblems,
  hashSourceToken,
  isSourceToken,
  openSourceSecrets,
  SourceChanged,
  SourceExists,
  type SourceFields,
  SourceInUse,
  type WebhookSource,
} from "./webhook-source.ts";
