/**
 * The code an error carries: ENOENT from the system, 23505 from PostgreSQL, one of ours. Null for whatever has none.
 * Asks for the field and not for the class: jest runs tests in a realm whose Error is not the one of Node's own modules.
 */
export function codeOf(thrown: unknown): string | null {
  const code = typeof thrown === "object" && thrown !== null && "code" in thrown ? thrown.code : null;
  return typeof code === "string" ? code : null;
}
