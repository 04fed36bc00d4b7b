/** Whether one more call fits into the last second; one that does not is not counted, as AWS does it. */
export function createCallRate(perSecond: number, nowMs: () => number): () => boolean {
  let recent: number[] = [];
  return () => {
    const now = nowMs();
    recent = recent.filter((at) => at > now - 1_000);
    if (recent.length >= perSecond) return false;
    recent.push(now);
    return true;
  };
}
