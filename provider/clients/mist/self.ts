import { Snapshot } from "../http/coalesce";
import { VendorError } from "../http/errors";
import type { CallOptions, Mist } from "./mist";
import { normalizeUuid } from "./normal";
import { system } from "./words";

/** One right of who calls: a role, and where it counts. */
export interface Privilege {
  scope: string;
  role: string;
  /** The organization that it is about, also for rights to a part of one. */
  orgId?: string;
  orgName?: string;
  siteId?: string;
  mspId?: string;
}

/** Who calls. */
export interface Self {
  /** A token of an organization has no email. */
  kind: "user" | "organization token";
  /** The user's email, or the token's name. */
  name: string;
  privileges: readonly Privilege[];
  /** As Mist tells it. */
  body: Readonly<Record<string, unknown>>;
}

/** An organization that the caller may use, and how. */
export interface Organization {
  id: string;
  name?: string;
  /** "parts": only some of its sites. */
  access: "write" | "read" | "parts";
}

const writers: ReadonlySet<string> = new Set(["admin", "write"]);
const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const action = "read the privileges of the API token or user";

/** What a reply of `/self` says, with whatever of it is there. */
export function selfFrom(reply: unknown): Self {
  const body = (typeof reply === "object" && reply !== null ? reply : {}) as Readonly<Record<string, unknown>>;
  const rows = Array.isArray(body.privileges) ? (body.privileges as Readonly<Record<string, unknown>>[]) : [];
  const email = text(body.email);
  return {
    kind: email ? "user" : "organization token",
    name: email ?? text(body.name) ?? "without a name",
    privileges: rows.map((row) => ({
      scope: text(row.scope) ?? "",
      role: text(row.role) ?? "",
      orgId: text(row.org_id) && normalizeUuid(String(row.org_id)),
      orgName: text(row.org_name) ?? (row.scope === "org" ? text(row.name) : undefined),
      siteId: text(row.site_id),
      mspId: text(row.msp_id),
    })),
    body,
  };
}

/** The organizations that privileges name, by id. */
export function organizationsIn({ privileges }: Self): Map<string, Organization> {
  const found = new Map<string, Organization>();
  for (const { orgId, orgName, scope, role } of privileges) {
    if (!orgId) continue;
    const before = found.get(orgId);
    const access = scope !== "org" ? "parts" : writers.has(role) ? "write" : "read";
    const best = (["write", "read", "parts"] as const).find((each) => each === access || each === before?.access);
    found.set(orgId, { id: orgId, name: orgName ?? before?.name, access: best ?? access });
  }
  return found;
}

/** Who calls, asked once, and where it may do what. */
export class Whoami {
  private readonly selves: Snapshot<readonly Self[]>;
  private readonly all: Snapshot<ReadonlyMap<string, Organization>>;

  /**
   * @param ask reads `/self` as each of the tokens
   * @param orgId of the organization where none is named
   */
  constructor(
    private readonly client: Pick<Mist, "list">,
    ask: (call: CallOptions) => Promise<unknown[]>,
    private readonly orgId: string | undefined,
    private readonly warn: (message: string) => void = () => {},
  ) {
    const maxAgeMs = Number.POSITIVE_INFINITY;
    this.selves = new Snapshot({
      maxAgeMs,
      load: async (signal) => {
        const selves = (await ask({ signal, action })).map(selfFrom);
        this.compare(selves);
        return selves;
      },
    });
    this.all = new Snapshot({ maxAgeMs, load: (signal) => this.loadOrganizations(signal) });
  }

  async self(signal?: AbortSignal): Promise<Self> {
    const [self] = await this.selves.read({ signal });
    return self as Self;
  }

  organizations(signal?: AbortSignal): Promise<ReadonlyMap<string, Organization>> {
    return this.all.read({ signal });
  }

  /** The organization that is named, else the configured one, else the only one there is. */
  async organization(named?: string, options: { signal?: AbortSignal; write?: boolean } = {}): Promise<string> {
    const wanted = named ?? this.orgId;
    const id = wanted === undefined ? await this.onlyOne(options.signal) : normalizeUuid(wanted);
    const self = await this.self(options.signal);
    // Rights over many organizations do not name them.
    if (self.privileges.some(({ scope }) => scope === "msp" || scope === "orggroup")) return id;
    const organizations = organizationsIn(self);
    const { access } = organizations.get(id) ?? {};
    if (!access) throw this.denied(`use organization ${id}`, `its privileges are for ${listed(organizations)}`);
    if (options.write && access === "read") {
      throw this.denied(`change organization ${id}`, "its privileges let it only read there");
    }
    return id;
  }

  private async onlyOne(signal: AbortSignal | undefined): Promise<string> {
    const organizations = await this.organizations(signal);
    const [first] = organizations.keys();
    if (first !== undefined && organizations.size === 1) return first;
    const reason =
      organizations.size === 0
        ? "the privileges of the API token or user name none"
        : `the API token or user has privileges for several, ${listed(organizations)}`;
    const hint = "Name one as orgId, or set ztp:mist.orgId.";
    throw new VendorError({
      kind: "rejected",
      system,
      action: "tell the organization",
      reason,
      hint,
      notAttempted: true,
    });
  }

  private async loadOrganizations(signal: AbortSignal): Promise<ReadonlyMap<string, Organization>> {
    const self = await this.self(signal);
    const found = organizationsIn(self);
    for (const { scope, role, mspId } of self.privileges) {
      if (scope !== "msp" || !mspId) continue;
      const rows = this.client.list(`/msps/${encodeURIComponent(mspId)}/orgs`, {
        signal,
        action: "list organizations",
      });
      for await (const row of rows) {
        const id = normalizeUuid(String(row.id));
        if (!found.has(id)) found.set(id, { id, name: text(row.name), access: writers.has(role) ? "write" : "read" });
      }
    }
    return found;
  }

  /** Tokens take turns, so that what one may not do would fail at random. */
  private compare([first, ...others]: readonly Self[]): void {
    const users = new Set([first?.name]);
    for (const [index, other] of others.entries()) {
      if (!first || rightsOf(other) !== rightsOf(first)) {
        const reason = `API token ${index + 2} (${other.name}) has other privileges than the first (${first?.name})`;
        throw this.denied("use several API tokens in turn", reason);
      }
      if (other.kind === "user" && users.has(other.name)) {
        this.warn(
          `API token ${index + 2} is of the same user as another, ${other.name}: they share their calls an hour.`,
        );
      }
      users.add(other.name);
    }
  }

  private denied(what: string, reason: string): VendorError {
    return new VendorError({ kind: "forbidden", system, action: what, reason, hint: deniedHint, notAttempted: true });
  }
}

const deniedHint = "Check the privileges of the API token or user, and ztp:mist.orgId.";

function listed(organizations: ReadonlyMap<string, Organization>): string {
  const names = [...organizations.values()].map(({ id, name }) => (name ? `${name} (${id})` : id));
  return names.join(", ") || "none";
}

/** The privileges in a form that can be compared. */
function rightsOf({ body }: Self): string {
  const rows = Array.isArray(body.privileges) ? (body.privileges as Readonly<Record<string, unknown>>[]) : [];
  const told = ["scope", "role", "org_id", "site_id", "msp_id", "sitegroup_ids", "orggroup_ids"];
  return rows
    .map((row) => JSON.stringify(told.map((key) => row[key] ?? null)))
    .sort()
    .join();
}
