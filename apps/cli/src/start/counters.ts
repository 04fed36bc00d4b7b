/** What the screen counts. */
export interface Counters {
  readonly ordersPulled: number;
  readonly ordersPlanned: number;
  readonly packages: number;
  /** Due occurrences that nobody started within their grace. */
  readonly late: number;
}

/** The line that programs read too: `orders pulled 1204 · planned 1198 · packages 1310 · late 0`. */
export function formatCounters({ ordersPulled, ordersPlanned, packages, late }: Counters): string {
  return `orders pulled ${ordersPulled} · planned ${ordersPlanned} · packages ${packages} · late ${late}`;
}
