/** A page of the dashboard, as it is gone to and remembered. */
export interface Place {
  readonly to: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly search?: Readonly<Record<string, string>>;
}

/** A line of the palette. */
export interface Entry {
  /** Of its own within the palette, and the same each time it is found. */
  readonly id: string;
  readonly group: string;
  readonly label: string;
  /** Beside it, in small: what it is about. */
  readonly about?: string | undefined;
  /** The keys that do the same. */
  readonly keys?: string | undefined;
  /** Where it leads, which is remembered but where it is for once … */
  readonly place?: Place;
  readonly isOnce?: boolean;
  /** … or what it does. */
  readonly run?: () => void;
}

const MOST_OF_GROUP = 6;

/** What of these has each word somewhere; first those that begin with it. */
export function matchEntries(entries: readonly Entry[], text: string): Entry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const textOf = ({ label, about = "" }: Entry) => `${label} ${about}`.toLowerCase();
  const begins = ({ label }: Entry) => (label.toLowerCase().startsWith(words[0] ?? "") ? 0 : 1);
  const found = entries
    .filter((entry) => words.every((word) => textOf(entry).includes(word)))
    .toSorted((left, right) => begins(left) - begins(right));
  return found.filter(({ group }, index) => {
    const before = found.slice(0, index).filter((entry) => entry.group === group).length;
    return before < MOST_OF_GROUP;
  });
}

export interface EntryGroup {
  readonly name: string;
  readonly entries: readonly Entry[];
}

/** Group by group, in the order in which each is met first; what stands there twice, once. */
export function groupEntries(entries: readonly Entry[]): EntryGroup[] {
  const groups = new Map<string, Entry[]>();
  const seen = new Set<string>();
  for (const entry of entries) {
    if (seen.has(entry.id)) continue;
    seen.add(entry.id);
    groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  }
  return [...groups].map(([name, members]) => ({ name, entries: members }));
}

export const VERBS = ["run", "pause", "resume"] as const;
export type Verb = (typeof VERBS)[number];

/** `pause nightly` is something to be done to what is called so. */
export function readVerb(text: string): { readonly verb: Verb | null; readonly rest: string } {
  const [, word, rest] = /^(\w+)\s+(\S.*)$/s.exec(text.trim()) ?? [];
  const verb = VERBS.find((each) => each === word?.toLowerCase()) ?? null;
  return verb === null ? { verb, rest: text.trim() } : { verb, rest: rest!.trim() };
}

/** Whether it may be the beginning of a run's id: four signs of it are no word yet, and many of them are. */
export const mayBeRunId = (text: string): boolean => /^[0-9a-f]{4,8}$|^[0-9a-f]{8}-[0-9a-f-]{0,27}$/i.test(text);
