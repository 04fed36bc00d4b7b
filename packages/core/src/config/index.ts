export { type EnvFile, loadEnvFile, parseEnvFile, readEnvFile } from "./env-file.ts";
export { hardToGuess, isGuessable, notTheSandbox, unchecked } from "./fit-for-production.ts";
export {
  choice,
  hosts,
  integer,
  isTimezone,
  listOf,
  optionalInteger,
  optionalText,
  optionalUrl,
  parseSwitch,
  parseTimezone,
  text,
  timezone,
  toggle,
  url,
} from "./kinds.ts";
export { formatProblem, InvalidConfiguration, type ConfigProblem } from "./problem.ts";
export { statementSeconds, databaseSettings } from "./database-settings.ts";
export { collectSettings, readSettings, type Env, type Setting, type Settings, type ValuesOf } from "./settings.ts";
