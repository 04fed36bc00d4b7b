/** Something that may not be. */
export interface Violation {
  readonly kind: string;
  /** Null where it is about no order. */
  readonly order: string | null;
  readonly what: string;
}
