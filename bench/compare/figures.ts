import { median } from "../median.ts";

/** What one run of a bench printed: each figure by the line it stands in and its name. */
export type Figures = ReadonlyMap<string, number>;

/** Reads lines as `printFigures` writes them: `noop: run to the end/s 2,900 · worker RSS MB 120`. Words are left out. */
export function parseFigures(output: string): Figures {
  const figures = new Map<string, number>();
  for (const line of output.split("\n")) {
    const at = line.lastIndexOf(": ");
    if (at < 0) continue;
    for (const part of line.slice(at + 2).split(" · ")) {
      const found = /^(.+?) (-?[\d,]+(?:\.\d+)?)(?: %)?$/.exec(part.trim());
      if (found !== null) figures.set(`${line.slice(0, at)}: ${found[1]}`, Number(found[2]!.replaceAll(",", "")));
    }
  }
  return figures;
}

export interface Comparison {
  readonly figure: string;
  /** Medians. */
  readonly before: number;
  readonly now: number;
  /** Now by before; null where before is 0. */
  readonly ratio: number | null;
  /** Of a rate more is better; of the others this program does not know. */
  readonly isRate: boolean;
  /** The lowest and the highest ratio that any two rounds give: what the machine alone may have done. */
  readonly spread: readonly [number, number] | null;
}

/** Every figure that both have, in the order of the newer one. */
export function compareFigures(before: readonly Figures[], now: readonly Figures[]): Comparison[] {
  return [...(now[0]?.keys() ?? [])].flatMap((figure): Comparison[] => {
    const [olds, news] = [before, now].map((rounds) => rounds.flatMap((round) => round.get(figure) ?? []));
    if (olds!.length === 0) return [];
    const [old, fresh] = [median(olds!), median(news!)];
    const comparison = { figure, before: old, now: fresh, isRate: /\/s|per second$/.test(figure) };
    if (Math.min(...olds!) <= 0) return [{ ...comparison, ratio: null, spread: null }];
    const spread = [Math.min(...news!) / Math.max(...olds!), Math.max(...news!) / Math.min(...olds!)] as const;
    return [{ ...comparison, ratio: fresh / old, spread }];
  });
}
