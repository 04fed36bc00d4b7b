import { drawLabel } from "@drumline/shop/labels";

import { toRateFigures } from "../median.ts";
import { printFigures } from "../print-figures.ts";

const LABELS = 200;
const ROUNDS = 5;

/** Labels drawn by one process, as a worker does between its carrier's answer and its row; the first round warms up. */
export async function benchLabels(): Promise<void> {
  const rounds: number[] = [];
  let bytes = 0;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const startedAtMs = performance.now();
    for (let no = 0; no < LABELS; no += 1) bytes = (await drawLabel(toInput(round * LABELS + no))).length;
    if (round > 0) rounds.push(LABELS / ((performance.now() - startedAtMs) / 1_000));
  }
  printFigures(`${LABELS} labels, ${ROUNDS} rounds`, {
    ...toRateFigures("labels/s", rounds),
    "kB each": (bytes / 1_024).toFixed(1),
  });
}

const toInput = (no: number) => ({
  from: { name: "The shop", line1: "Keizersgracht 1", postalCode: "1015 CC", city: "Amsterdam", country: "NL" },
  to: { name: `Zoë Ğüneş ${no}`, line1: "İstiklal Caddesi 12", postalCode: "34430", city: "İstanbul", country: "TR" },
  carrier: "postnl",
  orderReference: String(no),
  parcelReference: `${no}-1`,
  weightGrams: 1_250,
  number: `3S${String(no).padStart(12, "0")}`,
  trackingUrl: `https://track.example/3S${no}`,
});
