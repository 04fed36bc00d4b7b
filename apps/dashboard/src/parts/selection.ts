import { useMemo, useState } from "react";

/** Which rows are selected, by their keys. It outlives a refetch: rows are known by key, not by place. */
export interface Selection {
  readonly keys: readonly string[];
  readonly has: (key: string) => boolean;
  readonly toggle: (key: string) => void;
  /** Adds what lies between the row toggled last and this one, in the order of `all`. */
  readonly extend: (key: string, all: readonly string[]) => void;
  readonly set: (keys: readonly string[]) => void;
  readonly clear: () => void;
}

export function useSelection(): Selection {
  const [{ keys, last }, setState] = useState<{ keys: readonly string[]; last: string | null }>({
    keys: [],
    last: null,
  });
  return useMemo(() => {
    const known = new Set(keys);
    return {
      keys,
      has: (key) => known.has(key),
      toggle: (key) =>
        setState({ keys: known.has(key) ? keys.filter((each) => each !== key) : [...keys, key], last: key }),
      extend: (key, all) => {
        const [from, to] = [all.indexOf(last ?? key), all.indexOf(key)].sort((a, b) => a - b);
        const between = all.slice(Math.max(0, from!), to! + 1);
        setState({ keys: [...new Set([...keys, ...between])], last: key });
      },
      set: (next) => setState({ keys: next, last: null }),
      clear: () => setState({ keys: [], last: null }),
    };
  }, [keys, last]);
}
