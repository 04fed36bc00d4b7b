import { UnstyledButton } from "@mantine/core";
import IconChevronDown from "@tabler/icons-react/icons/IconChevronDown";
import IconChevronRight from "@tabler/icons-react/icons/IconChevronRight";

import type { Kept } from "../look/kept.ts";

/** Which groups of a list are folded. */
export interface Folds {
  readonly has: (group: string) => boolean;
  readonly toggle: (group: string) => void;
}

/** As this browser remembers them. */
export function useFolds(kept: Kept<readonly string[]>): Folds {
  const folded = kept.use();
  return {
    has: (group) => folded.includes(group),
    toggle: (group) => kept.set(folded.includes(group) ? folded.filter((each) => each !== group) : [...folded, group]),
  };
}

interface GroupFoldProps {
  readonly name: string;
  readonly count: number;
  readonly folds: Folds;
}

/** The heading of a group, which folds its rows away and back. */
export function GroupFold({ name, count, folds }: GroupFoldProps) {
  const isFolded = folds.has(name);
  const Icon = isFolded ? IconChevronRight : IconChevronDown;
  return (
    <UnstyledButton className="group-fold" aria-expanded={!isFolded} onClick={() => folds.toggle(name)}>
      <Icon size={14} aria-hidden />
      {name} <span className="meta">{count}</span>
    </UnstyledButton>
  );
}
