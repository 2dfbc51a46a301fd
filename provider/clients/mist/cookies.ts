/** The cookies of one session with one host. */
export class CookieJar {
  private readonly cookies = new Map<string, string>();

  /** Takes in Set-Cookie headers; an empty or expired value takes a cookie away. */
  keep(headers: readonly string[]): void {
    for (const header of headers) {
      const [pair = "", ...attributes] = header.split(";");
      const [name = "", ...rest] = pair.split("=");
      const value = rest.join("=").trim();
      const gone = value === "" || attributes.some((attribute) => /^\s*max-age\s*=\s*(0|-\d+)\s*$/i.test(attribute));
      if (gone) this.cookies.delete(name.trim());
      else this.cookies.set(name.trim(), value);
    }
  }

  get empty(): boolean {
    return this.cookies.size === 0;
  }

  /** The value of the Cookie header. */
  toString(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** Each cloud ends the names of its cookies in its own way: what is certain is how this one begins. */
  csrfToken(suffix = ""): string | undefined {
    const names = [...this.cookies.keys()];
    const name = names.find((own) => own === `csrftoken${suffix}`) ?? names.find((own) => own.startsWith("csrftoken"));
    return name && this.cookies.get(name);
  }

  values(): Iterable<string> {
    return this.cookies.values();
  }
}
