import type { JsonValue } from "@drumline/core/task";

/** Puts the records of a JSON body's lists into another order, or repeats about half of them; nothing else changes. */
export function disorderRecords(text: string, as: "shuffled" | "doubled", random: () => number): string {
  const body = JSON.parse(text) as Record<string, JsonValue>;
  if (typeof body !== "object" || body === null || Array.isArray(body)) return text;
  const disordered = Object.entries(body).map(([key, value]) => {
    if (!Array.isArray(value)) return [key, value] as const;
    const records =
      as === "shuffled" ? value : value.flatMap((record) => (random() < 0.5 ? [record, record] : [record]));
    return [key, shuffle(records, random)] as const;
  });
  return JSON.stringify(Object.fromEntries(disordered));
}

function shuffle<Item>(items: readonly Item[], random: () => number): Item[] {
  const left = [...items];
  return items.map(() => left.splice(Math.floor(random() * left.length), 1)[0]!);
}
