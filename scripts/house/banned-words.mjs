/** Words that are not the field's, and what to say instead (docs/architecture.md, "Words"). */
export const BANNED_WORDS = {
  courier: "webhook dispatcher",
  mood: "health",
  standing: "current state",
  standings: "current states",
  desk: "service",
  shelf: "stock level",
  shelves: "stock levels",
  fate: "expected outcome",
  deed: "action or effect",
  deeds: "actions or effects",
  fleet: "process group",
  rehearse: "dryRun",
  rehearsal: "dry run",
  rehearses: "dry-runs",
  tally: "counts",
  homeless: "orphaned",
  doomed: "expired",
  passedover: "rejectedBecause",
  lookaround: "checkHealth",
};

const WORD = /[A-Za-z]+/g;

/**
 * Every banned word in a path or text, as a word of its own or as a part of a name in camelCase or kebab-case.
 * @param {string} text
 * @returns {{ line: number, word: string, instead: string }[]}
 */
export function findBannedWords(text) {
  return text.split("\n").flatMap((line, index) =>
    [...line.matchAll(WORD)].flatMap(([name]) =>
      [name, ...name.split(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/)]
        .map((part) => part.toLowerCase())
        .filter((part, at, all) => Object.hasOwn(BANNED_WORDS, part) && all.indexOf(part) === at)
        .map((word) => ({ line: index + 1, word, instead: BANNED_WORDS[word] })),
    ),
  );
}
