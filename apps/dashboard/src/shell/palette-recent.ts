import { keep } from "../look/kept.ts";
import type { Entry, Place } from "./palette-entries.ts";

const MOST = 8;
export const RECENT = "Recent";

interface Recent {
  /** Whose: a browser that several people use tells nobody where another one was. */
  readonly who: string;
  readonly places: readonly {
    readonly id: string;
    readonly label: string;
    readonly about?: string;
    readonly place: Place;
  }[];
}

const kept = keep<Recent>("drumline-recent", (stored) => {
  const { who, places } = (stored ?? {}) as { readonly who?: unknown; readonly places?: unknown };
  const isPlace = (each: Recent["places"][number] | null) =>
    typeof each?.id === "string" && typeof each.label === "string" && typeof each.place?.to === "string";
  return {
    who: typeof who === "string" ? who : "",
    places: (Array.isArray(places) ? (places as Recent["places"]) : []).filter(isPlace).slice(0, MOST),
  };
});

/** Where this person went by the palette, the last first. */
export function useRecent(who: string): Entry[] {
  const recent = kept.use();
  return recent.who === who ? recent.places.map((place) => ({ ...place, group: RECENT })) : [];
}

export function remember(who: string, { id, label, about, place, isOnce = false }: Entry): void {
  if (place === undefined || isOnce) return;
  const before = kept.get();
  const others = before.who === who ? before.places.filter((each) => each.id !== id) : [];
  const added = { id, label, place, ...(about === undefined ? {} : { about }) };
  kept.set({ who, places: [added, ...others].slice(0, MOST) });
}
