/** Something that may not be. */
export interface Violation {
  readonly kind: "doubled" | "lost" | "stuck" | "wrong";
  /** The order, parcel, mail or product it is about. */
  readonly about: string;
  readonly what: string;
}

export const violation = (kind: Violation["kind"], about: string, what: string): Violation => ({ kind, about, what });

/** Of something that must be there so many times. */
export function expectCount(about: string, what: string, found: number, expected: number): Violation[] {
  if (found === expected) return [];
  return [violation(found > expected ? "doubled" : "lost", about, `${found} ${what} instead of ${expected}`)];
}
