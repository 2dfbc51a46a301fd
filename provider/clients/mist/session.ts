import { systemClock } from "../http/clock";
import { SingleFlight } from "../http/coalesce";
import { isVendorError, VendorError } from "../http/errors";
import { commonHttpOptions } from "../http/options";
import { createRedactor } from "../http/redact";
import { type Authorizer, type Credentials, HttpClient } from "../http/request";
import { cloudAt } from "./clouds";
import { CookieJar } from "./cookies";
import type { MistOptions, MistSurroundings } from "./options";
import { totp } from "./totp";
import { system, wordsOf } from "./words";

/** A login with email and password: cookies, shared by all concurrent calls. */
export interface MistSession extends Authorizer {
  /** Ends it, if there is one. */
  logout(signal?: AbortSignal): Promise<void>;
}

const hints = {
  refused: "Check email and password. An account with single sign-on cannot log in here: give it an API token instead.",
  factor:
    "The account has a second factor: set totpSecret to the secret behind it, or twoFactor to a code that is still good. " +
    "API tokens need none.",
  wrongFactor: "A code is good for half a minute, and once: set totpSecret in place of twoFactor, and check the clock.",
};

/** A session for `email` and `password`. Nothing is sent before the first call needs it. */
export function createMistSession(options: MistOptions & MistSurroundings & { baseUrl: string }): MistSession {
  const clock = options.clock ?? systemClock;
  const redactor = options.redactor ?? createRedactor();
  const { baseUrl, email, password, twoFactor, totpSecret } = options;
  for (const secret of [password, twoFactor, totpSecret]) redactor.secret(secret);
  const http = new HttpClient({ ...commonHttpOptions(options), redactor, system, baseUrl, wordsOf });
  const action = `log in as ${email}`;
  let current: CookieJar | undefined;
  /** What a refused login was refused with. Trying again and again might lock the user out. */
  let refusal: VendorError | undefined;
  const login = new SingleFlight((signal) => begin(signal));

  const code = () => (totpSecret ? totp(totpSecret, clock.now()) : twoFactor);

  async function begin(signal: AbortSignal): Promise<CookieJar> {
    if (refusal) throw refusal;
    const jar = new CookieJar();
    try {
      const twoFactorCode = code();
      const hint = twoFactorCode ? `${hints.refused} ${hints.wrongFactor}` : hints.refused;
      const first = await post("/login", { email, password, two_factor: twoFactorCode }, jar, { hint, signal });
      if (first.two_factor_required === true && first.two_factor_passed !== true) await secondStep(jar, signal);
    } catch (error) {
      if (isVendorError(error, "unauthorized")) refusal = error;
      throw error;
    }
    if (jar.empty) {
      throw new VendorError({ kind: "not-json", system, action, reason: "the answer has no session cookie" });
    }
    for (const secret of jar.values()) redactor.secret(secret);
    current = jar;
    return jar;
  }

  async function secondStep(jar: CookieJar, signal: AbortSignal): Promise<void> {
    const twoFactorCode = code();
    if (!twoFactorCode) {
      const reason = "it asks for a second factor";
      throw new VendorError({ kind: "unauthorized", system, action, reason, hint: hints.factor });
    }
    await post("/login/two_factor", { two_factor: twoFactorCode }, jar, { hint: hints.wrongFactor, signal });
  }

  async function post(path: string, json: object, jar: CookieJar, terms: { hint?: string; signal?: AbortSignal }) {
    try {
      return await http.send<Readonly<Record<string, unknown>>>({
        method: "POST",
        path,
        json,
        headers: headersOf(jar),
        // A second session does no harm, unlike other POSTs.
        repeatable: true,
        action,
        signal: terms.signal,
        read: (reply) => {
          jar.keep(reply.cookies);
          return (reply.json() ?? {}) as Readonly<Record<string, unknown>>;
        },
      });
    } catch (error) {
      // Mist says 400 to what is wrong with a login.
      if (!isVendorError(error, "rejected", "unauthorized", "forbidden", "not-found")) throw error;
      throw error.with({ kind: "unauthorized", hint: terms.hint });
    }
  }

  function headersOf(jar: CookieJar): Credentials {
    const csrf = jar.csrfToken(cloudAt(baseUrl)?.cookieSuffix);
    return jar.empty ? {} : { cookie: jar.toString(), ...(csrf && { "x-csrftoken": csrf }) };
  }

  return {
    hint: hints.refused,
    authorize: async (signal) => headersOf(current ?? (await login.run(signal))),
    answered: ({ cookie }, { cookies }) => {
      // An answer to an older session must not change a newer one.
      if (cookies.length > 0 && current?.toString() === cookie) {
        current?.keep(cookies);
        for (const secret of current?.values() ?? []) redactor.secret(secret);
      }
    },
    refused({ cookie }) {
      if (current?.toString() === cookie) current = undefined;
      return true;
    },
    async logout(signal) {
      if (!current) return;
      const jar = current;
      current = undefined;
      await post("/logout", {}, jar, { signal });
    },
  };
}
