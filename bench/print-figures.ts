/** One line of a bench: what was measured and its figures. */
export function printFigures(what: string, figures: Record<string, string | number>): void {
  const text = Object.entries(figures).map(
    ([name, value]) => `${name} ${typeof value === "number" ? value.toLocaleString("en") : value}`,
  );
  process.stdout.write(`${what}: ${text.join(" · ")}\n`);
}
