/** Counts how often fields of plain data are read: what an algorithm costs, on a machine of any speed. */
export function countReads() {
  let reads = 0;
  const counted = <Value extends object>(value: Value): Value =>
    new Proxy(value, {
      get(target, key, receiver) {
        reads += 1;
        return Reflect.get(target, key, receiver) as unknown;
      },
    });
  return { counted, reads: () => reads };
}
