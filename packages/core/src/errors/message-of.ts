/** One readable line for anything that was thrown, with the chain of causes behind it. */
export function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const own = thrown.message === "" ? thrown.name : thrown.message;
  return thrown.cause === undefined ? own : `${own} (because: ${messageOf(thrown.cause)})`;
}
