const CHUNK_BITS = 16;
const CHUNK_IDS = 2 ** CHUNK_BITS;

/** A set of row ids at one bit each, in chunks where ids are: a million neighbours take 128 KiB. */
export interface SeenIds {
  /** False where it was there already. */
  add(id: number): boolean;
  has(id: number): boolean;
  size(): number;
}

export function createSeenIds(): SeenIds {
  const chunks = new Map<number, Uint32Array>();
  let size = 0;
  const place = (id: number) => {
    const within = id % CHUNK_IDS;
    return { chunk: Math.floor(id / CHUNK_IDS), word: within >>> 5, bit: 1 << (within & 31) };
  };
  return {
    add(id) {
      const { chunk, word, bit } = place(id);
      let words = chunks.get(chunk);
      if (words === undefined) chunks.set(chunk, (words = new Uint32Array(CHUNK_IDS / 32)));
      if ((words[word]! & bit) !== 0) return false;
      words[word]! |= bit;
      size += 1;
      return true;
    },
    has(id) {
      const { chunk, word, bit } = place(id);
      return ((chunks.get(chunk)?.[word] ?? 0) & bit) !== 0;
    },
    size: () => size,
  };
}
