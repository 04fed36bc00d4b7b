/** One command's allowed transitions: from any of these to any of those. */
export interface Rule<State extends string = string> {
  readonly from: readonly State[];
  readonly to: readonly State[];
  /** Goes back to the state the entity was in before, which must be one of `to`. */
  readonly returns?: true;
}

export type Rules<State extends string> = Readonly<Record<string, Rule<State>>>;
