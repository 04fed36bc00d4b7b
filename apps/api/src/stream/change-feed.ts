import { messageOf } from "@drumline/core/errors";
import type { Log } from "@drumline/core/log";
import type { RowVersion } from "@drumline/engine";

/** Where changes of a topic are seen. */
export interface Source {
  /** Rows that may have changed lately, with their versions; `limit` at most. */
  readonly load: (limit: number) => Promise<readonly RowVersion[]>;
  /** Whether a row that is no longer among them has changed by that. */
  readonly tellsGone: boolean;
}

/** What has changed of a topic; `null` is too much to name. */
export type Change<Topic extends string> = { readonly topic: Topic; readonly ids: readonly string[] | null };

/** More rows than these are not named: who looks at a list reads it anew. */
export const MOST_IDS = 200;
const MOST_READ = 1_000;

/**
 * Looks at the sources once in a while and tells what has changed since the look before. Only while somebody watches:
 * nothing is asked of the database otherwise, and however many watch, it is asked once.
 */
export class ChangeFeed<Topic extends string> {
  readonly #sources: Readonly<Record<Topic, Source>>;
  readonly #log: Log;
  readonly #everyMs: number;
  readonly #tell: (changes: readonly Change<Topic>[]) => void;
  readonly #seen = new Map<Topic, Map<string, string>>();
  #timer: NodeJS.Timeout | null = null;
  #underWay: Promise<void> = Promise.resolve();
  #missed = false;

  constructor(
    sources: Readonly<Record<Topic, Source>>,
    { log, everyMs }: { readonly log: Log; readonly everyMs: number },
    tell: (changes: readonly Change<Topic>[]) => void,
  ) {
    this.#sources = sources;
    this.#log = log;
    this.#everyMs = everyMs;
    this.#tell = tell;
  }

  /** The first look finds where things stand, and tells nothing. */
  start(): void {
    if (this.#timer !== null) return;
    this.#seen.clear();
    this.#timer = setInterval(() => this.#look(), this.#everyMs);
    this.#look();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Until the look that is under way is over. */
  async settled(): Promise<void> {
    await this.#underWay;
  }

  #isLooking = false;

  #look(): void {
    // A database that is slow is not asked twice at once.
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#underWay = this.#lookOnce().then(() => void (this.#isLooking = false));
  }

  async #lookOnce(): Promise<void> {
    const topics = Object.keys(this.#sources) as Topic[];
    try {
      const changes = await Promise.all(topics.map((topic) => this.#lookAt(topic)));
      const missed = this.#missed;
      this.#missed = false;
      const told = missed ? topics.map((topic) => ({ topic, ids: null })) : changes.flatMap((change) => change ?? []);
      if (this.#timer !== null && told.length > 0) this.#tell(told);
    } catch (error) {
      if (!this.#missed) this.#log.warn({ error: messageOf(error) }, "changes cannot be looked for; trying again");
      this.#missed = true;
    }
  }

  async #lookAt(topic: Topic): Promise<Change<Topic> | null> {
    const { load, tellsGone } = this.#sources[topic];
    const rows = await load(MOST_READ);
    const current = new Map(rows.map(({ id, version }) => [id, version]));
    const before = this.#seen.get(topic);
    this.#seen.set(topic, current);
    if (before === undefined) return null;
    const changed = [...current].filter(([id, version]) => before.get(id) !== version).map(([id]) => id);
    const gone = tellsGone ? [...before.keys()].filter((id) => !current.has(id)) : [];
    const ids = [...changed, ...gone];
    if (ids.length === 0) return null;
    return { topic, ids: ids.length > MOST_IDS || rows.length >= MOST_READ ? null : ids };
  }
}
