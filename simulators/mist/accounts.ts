import { randomBytes } from "node:crypto";
import type { Clock } from "../core/clock";
import type { Entry, Org, Privilege, Site, User, UserSeed } from "./types";
import type { MistVariants } from "./variants";

/** A token of an organisation: an object of its collection `apitokens`, which holds the privileges. */
export interface OrgToken {
  kind: "org";
  key: string;
  orgId: string;
  object: Entry;
  usedAt: number;
}

/** A token of a user, with the user's privileges. */
export interface UserToken {
  kind: "user";
  key: string;
  name: string;
  email: string;
  usedAt: number;
}

export type Token = OrgToken | UserToken;

/** A login: good for what its user may, once the second factor has passed. */
export interface Session {
  readonly id: string;
  readonly csrf: string;
  readonly email: string;
  passed: boolean;
  readonly expiresAt: number;
}

/** Who calls. */
export type Caller =
  | { kind: "org"; token: OrgToken; name: string; privileges: Privilege[] }
  | { kind: "user"; user: User; name: string; privileges: Privilege[]; session?: Session };

/** Of users whose password nobody has chosen. */
export const defaultPassword = "simulated-password-1!aA";

const tokenLifeMs = 90 * 86_400_000;

/** Users, tokens and logins. */
export class Accounts {
  readonly users = new Map<string, User>();
  /** By key. */
  readonly tokens = new Map<string, Token>();
  readonly sessions = new Map<string, Session>();

  constructor(
    private readonly clock: Clock,
    private readonly variants: MistVariants,
  ) {}

  addUser(seed: UserSeed): User {
    const user: User = {
      password: defaultPassword,
      firstName: "Network",
      lastName: "Admin",
      privileges: [],
      twoFactor: null,
      totpSecret: null,
      sso: false,
      ...seed,
    };
    this.users.set(user.email, user);
    return user;
  }

  /** Whose token this is; one that nobody has used for 90 days is gone. */
  byToken(key: string): Caller | undefined {
    const token = this.tokens.get(key);
    if (!token) return undefined;
    const now = this.clock.now();
    if (now - token.usedAt > tokenLifeMs) {
      this.tokens.delete(key);
      return undefined;
    }
    token.usedAt = now;
    if (token.kind === "org") {
      const { data } = token.object;
      return { kind: "org", token, name: String(data.name), privileges: (data.privileges ?? []) as Privilege[] };
    }
    const user = this.users.get(token.email);
    return user && { kind: "user", user, name: user.email, privileges: user.privileges };
  }

  /** The login with this cookie, unless it is over; also one that still waits for its second factor. */
  session(id: string | undefined): Session | undefined {
    const session = id === undefined ? undefined : this.sessions.get(id);
    return session && session.expiresAt > this.clock.now() ? session : undefined;
  }

  login(email: string, passed: boolean): Session {
    const expiresAt = this.clock.now() + this.variants.sessionMinutes * 60_000;
    const session = { id: opaque(), csrf: opaque(), email, passed, expiresAt };
    this.sessions.set(session.id, session);
    return session;
  }

  clear(): void {
    this.users.clear();
    this.tokens.clear();
    this.sessions.clear();
  }
}

export function opaque(): string {
  return randomBytes(24).toString("hex");
}

/** What privileges allow on an organisation, or on one of its sites. */
export function mayDo(
  privileges: readonly Privilege[],
  target: { mspId?: string; org?: Org; site?: Site; siteGroupIds?: string[] },
): { read: boolean; write: boolean } {
  const { mspId, org, site, siteGroupIds = [] } = target;
  const groups = (org?.data.orggroup_ids ?? []) as string[];
  const reaching = privileges.filter((privilege) => {
    switch (privilege.scope) {
      case "msp":
        return privilege.msp_id !== undefined && privilege.msp_id === (mspId ?? org?.mspId);
      case "orggroup":
        return groups.some((id) => privilege.orggroup_ids?.includes(id));
      case "org":
        return org !== undefined && privilege.org_id === org.id;
      case "site":
        return site !== undefined && privilege.site_id === site.id;
      case "sitegroup":
        return site !== undefined && siteGroupIds.some((id) => privilege.sitegroup_ids?.includes(id));
    }
    return false;
  });
  return { read: reaching.length > 0, write: reaching.some(({ role }) => role === "admin" || role === "write") };
}
