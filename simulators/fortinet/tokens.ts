import { randomBytes } from "node:crypto";
import type { Clock } from "../core/clock";
import type { ApiUser } from "./types";
import type { FortinetVariants } from "./variants";

/** An access token: good for one user, one service (`clientId`), until `expiresAt`. */
export interface AccessToken {
  readonly value: string;
  readonly user: ApiUser;
  readonly clientId: string;
  /** Milliseconds since the epoch, in simulated time. */
  expiresAt: number;
  /** Whole life, in seconds. */
  readonly lifetimeSeconds: number;
  readonly refreshToken?: string;
}

interface RefreshToken {
  readonly user: ApiUser;
  readonly clientId: string;
}

/** The tokens that the sign-in service has given out. */
export class Tokens {
  readonly #access = new Map<string, AccessToken>();
  readonly #refresh = new Map<string, RefreshToken>();
  readonly #owners = new Map<string, ApiUser>();

  constructor(
    private readonly clock: Clock,
    private readonly variants: FortinetVariants,
  ) {}

  /** A new token for a user and a service; with a refresh token if `withRefresh`. */
  issue(user: ApiUser, clientId: string, withRefresh: boolean): AccessToken {
    if (this.variants.newTokenInvalidatesOlder) this.#dropAccess(user, clientId);
    const token: AccessToken = {
      value: opaque(),
      user,
      clientId,
      expiresAt: this.clock.now() + this.variants.tokenLifetimeSeconds * 1_000,
      lifetimeSeconds: this.variants.tokenLifetimeSeconds,
      refreshToken: withRefresh ? opaque() : undefined,
    };
    this.#access.set(token.value, token);
    this.#owners.set(token.value, user);
    if (token.refreshToken) this.#refresh.set(token.refreshToken, { user, clientId });
    return token;
  }

  /** The token with this value, unless it has expired or was revoked. */
  find(value: string): AccessToken | undefined {
    const token = this.#access.get(value);
    return token && token.expiresAt > this.clock.now() ? token : undefined;
  }

  /** Whose access token this is or was, even when it is no longer good. */
  owner(value: string): ApiUser | undefined {
    return this.#owners.get(value);
  }

  /** Whom a refresh token belongs to. */
  refreshOwner(value: string): RefreshToken | undefined {
    return this.#refresh.get(value);
  }

  voidRefresh(value: string): void {
    this.#refresh.delete(value);
  }

  /** Ends a token and its refresh token, or (variant) every token of its user and service. */
  revoke(value: string): void {
    const token = this.#access.get(value);
    if (!token) return;
    if (this.variants.revokeReach === "siblings") {
      this.#dropAccess(token.user, token.clientId);
      for (const [refresh, owner] of this.#refresh) {
        if (owner.user === token.user && owner.clientId === token.clientId) this.#refresh.delete(refresh);
      }
    }
    this.#access.delete(value);
    if (token.refreshToken) this.#refresh.delete(token.refreshToken);
  }

  /** Every access token expires now; refresh tokens stay good. */
  expireAll(): void {
    this.#access.clear();
  }

  /** Every token is forgotten, refresh tokens too. */
  clear(): void {
    this.#access.clear();
    this.#refresh.clear();
    this.#owners.clear();
  }

  /** The tokens that are good now. */
  list(): AccessToken[] {
    return [...this.#access.values()].filter((token) => token.expiresAt > this.clock.now());
  }

  #dropAccess(user: ApiUser, clientId: string): void {
    for (const [value, token] of this.#access) {
      if (token.user === user && token.clientId === clientId) this.#access.delete(value);
    }
  }
}

function opaque(): string {
  return randomBytes(24).toString("base64").replace(/[+/=]/g, "x").slice(0, 30);
}
