import { keep, type Kept } from "../look/kept.ts";

export type ViewSearch = Readonly<Record<string, string | number>>;

/** A filter with a name. */
export interface View {
  readonly name: string;
  readonly search: ViewSearch;
}

export const LONGEST_NAME = 60;
const MOST_VIEWS = 30;

/** The views of one page, by name; one of the same name takes the place of the one before. */
export const keepViews = (page: string): Kept<readonly View[]> =>
  keep<readonly View[]>(`drumline-views-${page}`, toViews);

export function addView(views: readonly View[], { name, search }: View): View[] {
  const others = views.filter((view) => view.name !== name);
  return [...others, { name, search }]
    .toSorted((left, right) => left.name.localeCompare(right.name))
    .slice(0, MOST_VIEWS);
}

/** What belongs to a filter: the place in a list does not, and what is undefined says nothing. */
export function toViewSearch(search: Readonly<Record<string, unknown>>): ViewSearch {
  const said = Object.entries(search).filter(
    ([name, value]) => name !== "cursor" && (typeof value === "string" || typeof value === "number"),
  );
  return Object.fromEntries(said) as ViewSearch;
}

export function isSameView(left: ViewSearch, right: ViewSearch): boolean {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].every((name) => left[name] === right[name]);
}

/** Of whatever was stored, those that are views. */
export function toViews(stored: unknown): View[] {
  if (!Array.isArray(stored)) return [];
  return (stored as readonly unknown[]).flatMap((each) => {
    const { name, search } = (each ?? {}) as { readonly name?: unknown; readonly search?: unknown };
    if (typeof name !== "string" || typeof search !== "object" || search === null) return [];
    return [{ name: name.slice(0, LONGEST_NAME), search: toViewSearch(search as Record<string, unknown>) }];
  });
}
