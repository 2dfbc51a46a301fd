import type { Route, SimReply, SimRequest } from "../core/http";
import type { Caller, Session } from "./accounts";
import {
  type Call,
  done,
  hourly,
  invalid,
  limitKey,
  type MistContext,
  MistFailure,
  mistRoute,
  objectBody,
  ok,
  openRoute,
  sessionOf,
  unauthorized,
} from "./call";
import { needsSecondFactor, passes } from "./totp";
import type { Body, Privilege } from "./types";
import type { MistWorld } from "./world";

/** Sign-in, and what a caller learns about itself. */
export function selfRoutes(context: MistContext): Route[] {
  return [
    openRoute("POST", "/login", (request) => login(context, request)),
    // The second step comes with the cookies of the first.
    mistRoute(context, { method: "POST", path: "/login/two_factor", pending: true, handle: secondStep }),
    mistRoute(context, { method: "POST", path: "/logout", pending: true, handle: logout }),
    mistRoute(context, {
      method: "GET",
      path: "/self",
      handle: ({ caller, context: { world } }) => ok(self(caller, world)),
    }),
    mistRoute(context, { method: "GET", path: "/self/usage", handle: usage }),
  ];
}

function login(context: MistContext, request: SimRequest): SimReply {
  const { world, variants } = context;
  const { email, password, two_factor: code } = objectBody(request);
  if (!email || !password) throw invalid("email and password are required");
  const user = world.accounts.users.get(String(email));
  if (user?.sso)
    throw new MistFailure(400, {
      detail: "This account signs in through its identity provider.",
      forward_url: `https://sso.example.invalid/login?email=${encodeURIComponent(user.email)}`,
    });
  if (!user || user.password !== password) throw invalid("Invalid email or password.");
  request.account = user.email;
  const required = needsSecondFactor(user);
  const passed = !required || passes(user, code, context.clock.now());
  if (!passed && code !== undefined && variants.wrongTwoFactor === "refused") throw invalid("Invalid two-factor code.");
  const session = world.accounts.login(user.email, passed);
  const facts = { email: user.email, two_factor_required: required, two_factor_passed: passed };
  const bare = !required && variants.loginBody === "empty";
  return { status: 200, headers: { "set-cookie": cookies(session, variants.cookieSuffix) }, json: bare ? {} : facts };
}

function cookies({ id, csrf }: Session, suffix: string): string[] {
  return [`csrftoken${suffix}=${csrf}; Path=/; SameSite=Lax`, `sessionid${suffix}=${id}; Path=/; HttpOnly`];
}

function secondStep({ context, request, caller }: Call): SimReply {
  const session = caller.kind === "user" ? caller.session : undefined;
  if (caller.kind !== "user" || !session) throw unauthorized();
  if (!needsSecondFactor(caller.user)) throw new MistFailure(404, { detail: "Two-factor is not enabled." });
  if (!passes(caller.user, objectBody(request).two_factor, context.clock.now())) throw unauthorized();
  session.passed = true;
  return done(context);
}

function logout({ context, request }: Call): SimReply {
  const session = sessionOf(context, request);
  if (session) context.world.accounts.sessions.delete(session.id);
  return ok({});
}

function self(caller: Caller, world: MistWorld): Body {
  const privileges = caller.privileges.map((privilege) => named(privilege, world));
  if (caller.kind === "org") return { name: caller.name, privileges };
  const { user, session } = caller;
  return {
    email: user.email,
    first_name: user.firstName,
    last_name: user.lastName,
    name: `${user.firstName} ${user.lastName}`,
    via_sso: user.sso,
    enable_two_factor: needsSecondFactor(user),
    two_factor_verified: session?.passed ?? false,
    session_expiry: 1_440,
    tags: [],
    privileges,
  };
}

/** A privilege with the names of what it is about. */
function named(privilege: Privilege, world: MistWorld): Body {
  const site = privilege.site_id === undefined ? undefined : world.sites.get(privilege.site_id);
  const org = world.orgs.get(privilege.org_id ?? site?.orgId ?? "");
  const msp = privilege.msp_id === undefined ? undefined : world.msps.get(privilege.msp_id);
  const name = (site ?? org)?.data.name ?? msp?.name;
  return {
    ...privilege,
    ...(site ? { org_id: site.orgId } : {}),
    ...(org ? { org_name: org.data.name } : {}),
    ...(msp ? { msp_name: msp.name } : {}),
    ...(name === undefined ? {} : { name }),
  };
}

function usage({ context, caller }: Call): SimReply {
  const { clock, limiter, variants } = context;
  const now = clock.now();
  const requests = limiter.usage(now, hourly(variants)).get(limitKey(caller)) ?? 0;
  const seconds = 3_600 - Math.floor((now / 1_000) % 3_600);
  return ok({ requests, request_limit: variants.rateLimit, seconds });
}
