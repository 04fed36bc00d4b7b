/** Goes where it is sent and keeps cookies by origin, as a browser does; follows no further than it is told. */
export class TestBrowser {
  readonly #cookies = new Map<string, Map<string, string>>();

  /** Asks for one page, and follows nothing. */
  async open(address: string): Promise<Response> {
    const { origin } = new URL(address);
    const own = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, own);
    const cookie = [...own].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(address, { redirect: "manual", headers: cookie === "" ? {} : { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === "") own.delete(name);
      else own.set(name, value);
    }
    return response;
  }

  /** Follows what answers send it to until `stop` says that an address is far enough, or a page is one. */
  async follow(address: string, stop: (address: URL) => boolean = () => false): Promise<URL> {
    let at = new URL(address);
    for (let steps = 0; steps < 20 && !stop(at); steps += 1) {
      const to = (await this.open(at.href)).headers.get("location");
      if (to === null) return at;
      at = new URL(to, at);
    }
    return at;
  }

  cookie(origin: string, name: string): string | undefined {
    return this.#cookies.get(origin)?.get(name);
  }
}
