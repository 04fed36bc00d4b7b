/** A field of a task's arguments, as its JSON Schema says. */
export interface ArgsField {
  readonly name: string;
  readonly kind: "text" | "number" | "integer" | "boolean" | "choice" | "json";
  readonly isRequired: boolean;
  readonly about: string | null;
  readonly choices: readonly string[];
  readonly default: unknown;
}

type Schema = Readonly<Record<string, unknown>>;

/** The fields of the form, in the order of the schema; what no field can hold is JSON. */
export function toArgsFields(schema: Schema): ArgsField[] {
  const required = Array.isArray(schema["required"]) ? (schema["required"] as string[]) : [];
  return Object.entries((schema["properties"] ?? {}) as Record<string, Schema>).map(([name, property]) => ({
    name,
    kind: kindOf(property),
    isRequired: required.includes(name) && property["default"] === undefined,
    about: typeof property["description"] === "string" ? property["description"] : null,
    choices: Array.isArray(property["enum"]) ? property["enum"].map(String) : [],
    default: property["default"],
  }));
}

function kindOf({ enum: choices, type }: Schema): ArgsField["kind"] {
  if (Array.isArray(choices) && choices.every((choice) => typeof choice === "string")) return "choice";
  if (type === "string") return "text";
  return type === "boolean" || type === "integer" || type === "number" ? type : "json";
}

/** What the form holds: a text for each field, empty where nothing is said. */
export type ArgsValues = Readonly<Record<string, string>>;

export function toArgsValues(fields: readonly ArgsField[], args: Readonly<Record<string, unknown>>): ArgsValues {
  return Object.fromEntries(
    fields.map(({ name }) => {
      const value = args[name];
      return [name, value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value)];
    }),
  );
}

export interface ReadArgs {
  readonly args: Readonly<Record<string, unknown>>;
  /** By field. The server says the rest. */
  readonly problems: Readonly<Record<string, string>>;
}

/** The arguments that the form makes; a field left empty is not said. */
export function readArgs(fields: readonly ArgsField[], values: ArgsValues): ReadArgs {
  const args: Record<string, unknown> = {};
  const problems: Record<string, string> = {};
  for (const { name, kind, isRequired } of fields) {
    const text = values[name] ?? "";
    if (text.trim() === "") {
      if (isRequired) problems[name] = "is needed";
      continue;
    }
    if (kind === "text" || kind === "choice") args[name] = text;
    else if (kind === "boolean") args[name] = text === "true";
    else if (kind === "json") {
      try {
        args[name] = JSON.parse(text);
      } catch {
        problems[name] = "is no JSON; a text stands in double quotes, a list in []";
      }
    } else {
      const number = Number(text);
      if (Number.isNaN(number) || (kind === "integer" && !Number.isInteger(number)))
        problems[name] = kind === "integer" ? "is no whole number" : "is no number";
      else args[name] = number;
    }
  }
  return { args, problems };
}
