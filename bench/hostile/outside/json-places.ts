import type { Dice } from "../../dice.ts";

/** A value within a JSON document and where it stands. */
export interface Place {
  readonly parent: Record<string, unknown> | unknown[];
  readonly key: string | number;
  readonly value: unknown;
}

const MOST_PLACES = 50_000;

/** Every value that fits, in the order of the document. */
export function listPlaces(root: unknown, fits: (value: unknown, key: string | number) => boolean): Place[] {
  const places: Place[] = [];
  const left: unknown[] = [root];
  while (left.length > 0 && places.length < MOST_PLACES) {
    const parent = left.shift() as Place["parent"];
    for (const [name, value] of Object.entries(parent)) {
      const key = Array.isArray(parent) ? Number(name) : name;
      if (fits(value, key)) places.push({ parent, key, value });
      if (typeof value === "object" && value !== null) left.push(value);
    }
  }
  return places;
}

/** Puts a value in the place of another; false where none fits. */
export function replaceOne(
  root: unknown,
  dice: Dice,
  fits: (value: unknown, key: string | number) => boolean,
  to: (value: unknown) => unknown,
): boolean {
  const places = listPlaces(root, fits);
  if (places.length === 0) return false;
  const { parent, key, value } = dice.pick(places);
  (parent as Record<string | number, unknown>)[key] = to(value);
  return true;
}

/** The longest list in the document; null where there is none with something in it. */
export function longestList(root: unknown): unknown[] | null {
  const lists = listPlaces({ root }, (value) => Array.isArray(value) && value.length > 0).map(
    ({ value }) => value as unknown[],
  );
  return lists.sort((one, other) => other.length - one.length)[0] ?? null;
}

export const isText = (value: unknown): value is string => typeof value === "string";
export const isNumber = (value: unknown): value is number => typeof value === "number";
export const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
export const isLeaf = (value: unknown): boolean => !isObject(value);
export const isInstant = (value: unknown): value is string => isText(value) && /^\d{4}-\d\d-\d\dT/.test(value);
