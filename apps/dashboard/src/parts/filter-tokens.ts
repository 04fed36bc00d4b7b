/** A field that a list can be filtered by; its name is the one of the api and of the URL. */
export interface FilterField {
  readonly name: string;
  /** What it is, in the list of suggestions: "How the run ended". */
  readonly about: string;
  /** The values there are; left out where anything may be typed. */
  readonly options?: readonly string[];
}

/** What the URL holds of a filter: text by the field's name. */
export type FilterValues = Readonly<Record<string, string | undefined>>;

export interface Suggestion {
  /** Of a field, `status:`; of a value, `status:FAILED`. */
  readonly text: string;
  readonly about: string;
}

/** The tokens of a filter as they are shown, `status:FAILED`, in the order of the fields. */
export function toTokens(fields: readonly FilterField[], values: FilterValues): { name: string; value: string }[] {
  return fields.flatMap(({ name }) => {
    const value = values[name];
    return value === undefined || value === "" ? [] : [{ name, value }];
  });
}

/** Reads what was typed, `status:failed` or `error:"503 from"`; null while it is no whole token. */
export function parseToken(fields: readonly FilterField[], typed: string): { name: string; value: string } | null {
  const [, name, raw] = /^(\w+):(.+)$/.exec(typed.trim()) ?? [];
  const field = fields.find((each) => each.name.toLowerCase() === name?.toLowerCase());
  if (field === undefined || raw === undefined) return null;
  const value = raw.trim().replace(/^"(.*)"$/, "$1");
  if (field.options === undefined) return value === "" ? null : { name: field.name, value };
  const option = field.options.find((each) => each.toLowerCase() === value.toLowerCase());
  return option === undefined ? null : { name: field.name, value: option };
}

/** What could come next: fields first, and after the colon the values of the field. */
export function suggest(fields: readonly FilterField[], values: FilterValues, typed: string): Suggestion[] {
  const [name, part] = typed.trim().split(/:(.*)/s);
  const field = fields.find((each) => each.name.toLowerCase() === name?.toLowerCase());
  if (field !== undefined && part !== undefined)
    return (field.options ?? [])
      .filter((option) => option.toLowerCase().includes(part.toLowerCase()))
      .map((option) => ({ text: `${field.name}:${option}`, about: "" }));
  return fields
    .filter((each) => values[each.name] === undefined)
    .filter((each) => each.name.toLowerCase().includes((name ?? "").toLowerCase()))
    .map((each) => ({ text: `${each.name}:`, about: each.about }));
}
