import type { TopRow } from "./frame.ts";

/** What is asked of the screen's owner: an effect, which the rest of this file has none of. */
export type TopAct =
  | { readonly do: "quit" }
  | { readonly do: "interrupt" }
  | { readonly do: "open"; readonly row: TopRow }
  | { readonly do: "close" }
  | { readonly do: "retry"; readonly row: TopRow }
  | { readonly do: "resume"; readonly row: TopRow }
  | { readonly do: "pause"; readonly row: TopRow; readonly why: string };

export interface TopState {
  readonly chosen: number;
  /** One row is opened, and fills the screen. */
  readonly isOpen: boolean;
  /** The reason of a pause, while it is typed. */
  readonly why: { readonly row: TopRow; readonly text: string } | null;
}

export const FIRST_STATE: TopState = { chosen: 0, isOpen: false, why: null };

interface Step {
  readonly state: TopState;
  readonly act?: TopAct;
}

const KEYS: Readonly<Record<string, string>> = {
  "\u001b[A": "up",
  k: "up",
  "\u001b[B": "down",
  j: "down",
  "\r": "enter",
  "\n": "enter",
  "\u001b": "escape",
  "\u0003": "interrupt",
};

/** Pure: what a key does. `rows` are those in sight. */
export function pressKey(state: TopState, key: string, rows: readonly TopRow[]): Step {
  const name = KEYS[key] ?? key;
  if (name === "interrupt") return { state, act: { do: "interrupt" } };
  if (state.why !== null) return typeReason(state, state.why, key);
  if (state.isOpen) return name === "q" || name === "escape" || name === "enter" ? closed(state) : { state };
  const chosen = Math.min(state.chosen, Math.max(0, rows.length - 1));
  const row = rows[chosen];
  if (name === "q") return { state, act: { do: "quit" } };
  if (name === "up") return { state: { ...state, chosen: Math.max(0, chosen - 1) } };
  if (name === "down") return { state: { ...state, chosen: Math.min(Math.max(0, rows.length - 1), chosen + 1) } };
  if (row === undefined) return { state };
  if (name === "enter") return { state: { ...state, chosen, isOpen: true }, act: { do: "open", row } };
  if (name === "r") return { state, act: { do: "retry", row } };
  if (name === "p" && row.kind === "schedule")
    return row.due.pausedBy === null
      ? { state: { ...state, chosen, why: { row, text: "" } } }
      : { state, act: { do: "resume", row } };
  return { state };
}

const closed = (state: TopState): Step => ({ state: { ...state, isOpen: false }, act: { do: "close" } });

function typeReason(state: TopState, { row, text }: NonNullable<TopState["why"]>, key: string): Step {
  const name = KEYS[key];
  if (name === "escape") return { state: { ...state, why: null } };
  if (name === "enter")
    return text.trim() === ""
      ? { state }
      : { state: { ...state, why: null }, act: { do: "pause", row, why: text.trim() } };
  if (key === "\u007f" || key === "\b") return { state: { ...state, why: { row, text: text.slice(0, -1) } } };
  // A sequence of the terminal is no text.
  const typed = key.startsWith("\u001b") ? "" : key.replaceAll(/\p{Cc}/gu, "");
  return { state: { ...state, why: { row, text: (text + typed).slice(0, 200) } } };
}

/** What the last line of the screen says. */
export function toFooter({ why, isOpen }: TopState, said: string | null): string {
  if (why !== null) return `Why pause it for an hour? ${why.text}_   Enter pauses · Esc leaves it`;
  if (isOpen) return "Esc back";
  return `r run again · p pause or resume · Enter open · q quit${said === null ? "" : `   ${said}`}`;
}
