const KEPT_AS = "drumline-token";

/** A token that was typed in instead of a name and a password; kept for this tab only, and sent with every request. */
export function readToken(): string | null {
  try {
    return sessionStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}

export function keepToken(token: string | null): void {
  if (token === null) sessionStorage.removeItem(KEPT_AS);
  else sessionStorage.setItem(KEPT_AS, token);
}
