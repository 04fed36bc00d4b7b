import { useEffect, useRef, useSyncExternalStore } from "react";

import { preferences } from "../look/preferences.ts";

/** A key, or two one after the other, that does something: `{ keys: "g o", label: "Overview", run }`. */
export interface KeyBinding {
  /** As `KeyboardEvent.key`, `g o` for two; `mod+k` is Control or Command with it and works everywhere. */
  readonly keys: string;
  readonly label: string;
  /** The event of the last key. Where several have the same keys, the one mounted last is asked. */
  readonly run: (event: KeyboardEvent) => void;
}

export interface KeyGroup {
  /** Where they work, as `?` lists them: "Everywhere", "This table". */
  readonly group: string;
  readonly bindings: readonly KeyBinding[];
}

const SEQUENCE_MS = 1_200;
let groups: readonly KeyGroup[] = [];
let first: { readonly key: string; readonly atMs: number } | null = null;
const listeners = new Set<() => void>();

/** These keys work while the component is there, and `?` lists them. */
export function useKeys(group: string, bindings: readonly KeyBinding[], isActive = true): void {
  const latest = useRef(bindings);
  latest.current = bindings;
  const shape = bindings.map(({ keys, label }) => `${keys}\n${label}`).join("\n");
  useEffect(() => {
    if (!isActive) return;
    // What they do is read when they are pressed, so that a new closure is no new registration.
    const registered: KeyGroup = {
      group,
      bindings: latest.current.map(({ keys, label }, index) => ({
        keys,
        label,
        run: (event) => latest.current[index]?.run(event),
      })),
    };
    change([...groups, registered]);
    return () => change(groups.filter((each) => each !== registered));
  }, [group, shape, isActive]);
}

/** What every key does here and now. */
export function useKeyGroups(): readonly KeyGroup[] {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => void listeners.delete(tell);
    },
    () => groups,
  );
}

/** One listener for the whole page. */
export function listenForKeys(): () => void {
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const isMod = event.ctrlKey || event.metaKey;
  if (isMod) return runIfBound(`mod+${event.key.toLowerCase()}`, event);
  if (event.altKey || !preferences().keys || isTyped(event.target)) return;
  const before = first;
  first = null;
  const key =
    event.shiftKey && event.key.length === 1 && /[a-z]/i.test(event.key) ? `⇧${event.key.toLowerCase()}` : event.key;
  if (before !== null && event.timeStamp - before.atMs < SEQUENCE_MS && isBound(`${before.key} ${key}`))
    return runIfBound(`${before.key} ${key}`, event);
  if (startsSequence(key)) first = { key, atMs: event.timeStamp };
  runIfBound(key, event);
}

function runIfBound(keys: string, event: KeyboardEvent): void {
  const binding = find(keys);
  if (binding === undefined) return;
  event.preventDefault();
  binding.run(event);
}

const find = (keys: string): KeyBinding | undefined =>
  groups.flatMap(({ bindings }) => bindings).findLast((binding) => binding.keys === keys);
const isBound = (keys: string): boolean => find(keys) !== undefined;
const startsSequence = (key: string): boolean =>
  groups.some(({ bindings }) => bindings.some(({ keys }) => keys.startsWith(`${key} `)));

/** A key that is typed into a field, or that a button or an open dialog wants, is theirs. */
function isTyped(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest("input, textarea, select, [role=dialog], [role=menu]") !== null;
}

function change(next: readonly KeyGroup[]): void {
  groups = next;
  for (const tell of listeners) tell();
}
