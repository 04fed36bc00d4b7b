/** Ends one thing after the other; one that fails does not keep the next from ending. Throws what failed first. */
export async function stopInOrder(...stops: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const stop of stops) await stop().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
