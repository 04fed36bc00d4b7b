/** The same day and time so many calendar months earlier, in UTC; the month's last day where it has no such day. */
export function monthsAgo(instant: Date, months: number): Date {
  const earlier = new Date(instant);
  earlier.setUTCDate(1);
  earlier.setUTCMonth(earlier.getUTCMonth() - months);
  const daysInMonth = new Date(Date.UTC(earlier.getUTCFullYear(), earlier.getUTCMonth() + 1, 0)).getUTCDate();
  earlier.setUTCDate(Math.min(instant.getUTCDate(), daysInMonth));
  return earlier;
}
