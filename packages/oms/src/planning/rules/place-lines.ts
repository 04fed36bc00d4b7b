import type { Availability } from "./availability.ts";
import type { Location } from "./location.ts";
import type { WaitingLine } from "./waiting-order.ts";

/** Units of a line that still want a place. */
export interface Want {
  readonly line: WaitingLine;
  readonly units: number;
}

/** Units of a line that ship from a location, out of its own stock or fetched from a source. */
export interface Placement {
  readonly line: WaitingLine;
  readonly location: Location;
  readonly units: number;
  /** Where the units are now, when they have to be transferred first. */
  readonly source: Location | null;
}

/** Whether a line may ship from a location. */
export type Accepts = (line: WaitingLine, location: Location) => boolean;

/** Everything from the first location, in the order given, that has it all; null where none has. */
export function placeWhole(
  wants: readonly Want[],
  candidates: readonly Location[],
  stock: Availability,
  accepts: Accepts,
): Placement[] | null {
  for (const location of candidates) {
    const placements = coverAt(location, wants, stock, accepts);
    if (unitsOf(placements) === unitsOf(wants)) return placements;
  }
  return null;
}

/**
 * As much as possible from few locations: again and again the one that covers most of what is left, ties by the order
 * given. That is the greedy set cover: at most ln(units) + 1 times the fewest possible.
 */
export function placeFewest(
  wants: readonly Want[],
  candidates: readonly Location[],
  stock: Availability,
  accepts: Accepts,
  maxLocations: number,
): Placement[] {
  const placements: Placement[] = [];
  // What a location covers only shrinks while others are taken: what it covered last is the most it can cover now.
  const open: OpenCandidate[] = candidates.map((location, index) => ({ location, index, most: Infinity }));
  let left = wants;
  for (let used = 0; used < maxLocations && left.length > 0; used += 1) {
    const best = takeMostCovering(open, left, stock, accepts);
    if (best.length === 0) break;
    for (const placement of best) placements.push(placement);
    left = without(left, best);
  }
  return placements;
}

interface OpenCandidate {
  readonly location: Location;
  /** In the order given, which breaks ties. */
  readonly index: number;
  /** Units it covers at most. */
  most: number;
}

/**
 * Takes the candidate that covers most out of the list, which stays sorted by what each covers at most: only those are
 * looked at that could still be better. Looking at all of them again and again takes minutes for a big order.
 */
function takeMostCovering(
  open: OpenCandidate[],
  wants: readonly Want[],
  stock: Availability,
  accepts: Accepts,
): Placement[] {
  let best: Placement[] = [];
  let bestOf: OpenCandidate | null = null;
  let bestUnits = 0;
  for (const candidate of open) {
    if (candidate.most === 0 || candidate.most < bestUnits) break;
    if (bestOf !== null && candidate.most === bestUnits && candidate.index > bestOf.index) continue;
    const cover = coverAt(candidate.location, wants, stock, accepts);
    candidate.most = unitsOf(cover);
    const isFirstOfEqual = bestOf !== null && candidate.most === bestUnits && candidate.index < bestOf.index;
    if (candidate.most > bestUnits || isFirstOfEqual) [best, bestOf, bestUnits] = [cover, candidate, candidate.most];
  }
  if (bestOf !== null) open.splice(open.indexOf(bestOf), 1);
  open.sort((left, right) => right.most - left.most || left.index - right.index);
  return best;
}

/**
 * Everything from one location that has most of it, the rest transferred there from few others; null where the others
 * do not have the rest. The shipping location must accept every line, a source only the lines it gives.
 */
export function placeWithTransfers(
  wants: readonly Want[],
  candidates: readonly Location[],
  stock: Availability,
  accepts: Accepts,
  fetch: (left: readonly Want[], destination: Location) => readonly Placement[],
): Placement[] | null {
  const able = candidates.filter((location) => wants.every(({ line }) => accepts(line, location)));
  const ship = mostCovering(able, wants, stock, accepts);
  if (ship.length === 0) return null;
  const { location } = ship[0]!;
  const fetched = fetch(without(wants, ship), location).map(({ line, units, location: source }) => ({
    line,
    location,
    units,
    source,
  }));
  const placements = [...ship, ...fetched];
  return unitsOf(placements) === unitsOf(wants) ? placements : null;
}

/** What is still wanted after these placements. */
export function without(wants: readonly Want[], placements: readonly Placement[]): Want[] {
  const placed = new Map<WaitingLine, number>();
  for (const { line, units } of placements) placed.set(line, (placed.get(line) ?? 0) + units);
  return wants
    .map(({ line, units }) => ({ line, units: units - (placed.get(line) ?? 0) }))
    .filter(({ units }) => units > 0);
}

/** The units of all parts together. */
export const unitsOf = (parts: readonly { readonly units: number }[]): number =>
  parts.reduce((sum, { units }) => sum + units, 0);

function mostCovering(
  locations: readonly Location[],
  wants: readonly Want[],
  stock: Availability,
  accepts: Accepts,
): Placement[] {
  let best: Placement[] = [];
  for (const location of locations) {
    const cover = coverAt(location, wants, stock, accepts);
    if (unitsOf(cover) > unitsOf(best)) best = cover;
  }
  return best;
}

/** What one location can give; lines of the same product share its units, earlier lines first. */
export function coverAt(
  location: Location,
  wants: readonly Want[],
  stock: Availability,
  accepts: Accepts,
): Placement[] {
  const given = new Map<bigint, number>();
  const placements: Placement[] = [];
  for (const { line, units } of wants) {
    if (!accepts(line, location)) continue;
    const before = given.get(line.productId) ?? 0;
    const taken = Math.min(units, stock.at(location.id, line.productId) - before);
    if (taken <= 0) continue;
    given.set(line.productId, before + taken);
    placements.push({ line, location, units: taken, source: null });
  }
  return placements;
}
