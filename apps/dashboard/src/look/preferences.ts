import { keep } from "./kept.ts";

/** What a person chose for this browser. */
interface Preferences {
  /** Whose clock times are shown by. */
  readonly zone: "mine" | "schedule" | "utc";
  /** Single keys do something (WCAG 2.1.4: they can be switched off). */
  readonly keys: boolean;
  /** Rows of 40 px instead of 32. */
  readonly comfortable: boolean;
}

const DEFAULTS: Preferences = { zone: "mine", keys: true, comfortable: false };
const kept = keep("drumline-preferences", (stored) => ({ ...DEFAULTS, ...(stored as Partial<Preferences> | null) }));

export const usePreferences = kept.use;
export const preferences = kept.get;
export const changePreferences = (change: Partial<Preferences>): void => kept.set({ ...kept.get(), ...change });
