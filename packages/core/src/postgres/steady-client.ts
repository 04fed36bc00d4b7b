import pg from "pg";

/**
 * A connection whose end never ends the process and never goes unnoticed. A server may end it at any instant (57P01, a
 * pooler, a failover): the 'error' that says so would be thrown where nobody listens, and pg-pool and BullMQ listen only
 * from a moment after the login and take their listeners off before they close. So it is always heard here, and whoever
 * listens too late hears of it then: BullMQ would else keep a dead listening connection for ever.
 */
export class SteadyClient extends pg.Client {
  #brokenBy: Error | null = null;

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.#hear();
  }

  override on(event: string | symbol, listener: (...args: never[]) => void): this {
    const hears = listener as (error: Error) => void;
    super.on(event as "error", hears);
    const error = this.#brokenBy;
    if (event === "error" && error !== null) queueMicrotask(() => hears.call(this, error));
    return this;
  }

  override removeAllListeners(event?: string | symbol): this {
    super.removeAllListeners(event);
    this.#hear();
    return this;
  }

  #hear(): void {
    super.on("error", (error) => void (this.#brokenBy ??= error));
  }
}
