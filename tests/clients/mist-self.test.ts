import { describe, expect, test } from "vitest";
import { organizationsIn, selfFrom } from "../../provider/clients/mist/self";
import { foreignMistOrgId, mistMspId, mistReadOnlyToken, mistSiteIds, mistUserToken } from "../../simulators";
import { vendorError } from "./fortinet-support";
import { setup } from "./mist-support";

const [headquarters] = mistSiteIds;

describe("who calls", () => {
  test("T#3: is a token of an organization, which has no email", async () => {
    const { client, orgId, calls } = await setup();
    expect(await client.self()).toMatchObject({
      kind: "organization token",
      name: "automation",
      privileges: [{ scope: "org", role: "admin", orgId, orgName: "Example Retail" }],
    });
    await client.self();
    expect(await client.organization()).toBe(orgId);
    expect(calls()).toEqual(["GET /self"]);
  });

  test("is a user, by a token or by a login", async () => {
    const { clientWith, loginWith } = await setup();
    for (const client of [clientWith({ apiTokens: [mistUserToken] }), loginWith()]) {
      expect(await client.self()).toMatchObject({ kind: "user", name: "admin@example.com" });
    }
  });

  test("is asked again after a failure", async () => {
    const { client, fault } = await setup({ client: { maxRetries: 0 } });
    fault({ kind: "html" });
    await vendorError(client.self());
    expect(await client.self()).toMatchObject({ name: "automation" });
  });

  test.each([null, [], "text", {}, { privileges: "x" }])("may be told in an odd way: %j", (body) => {
    expect(selfFrom(body)).toMatchObject({ kind: "organization token", privileges: [] });
  });
});

describe("the organization that is meant", () => {
  test("is the one that is named, else the configured one, in any spelling", async () => {
    const { client, clientWith, orgId } = await setup();
    expect(await client.organization(` ${orgId.toUpperCase()} `)).toBe(orgId);
    expect(await clientWith({ orgId: orgId.toUpperCase() }).organization()).toBe(orgId);
  });

  test("must be named when there are several, which are listed", async () => {
    const { client, mist, apiToken, orgId } = await setup();
    mist.setPrivileges(apiToken, [
      { scope: "org", role: "admin", org_id: orgId },
      { scope: "org", role: "read", org_id: foreignMistOrgId },
    ]);
    const failure = await vendorError(client.organization());
    expect(failure.message).toBe(
      "Mist could not tell the organization: the API token or user has privileges for several, Example Retail " +
        `(${orgId}), Somebody Else (${foreignMistOrgId}). Name one as orgId, or set ztp:mist.orgId.`,
    );
    expect(await client.organization(foreignMistOrgId)).toBe(foreignMistOrgId);
    expect([...(await client.organizations()).values()]).toMatchObject([{ access: "write" }, { access: "read" }]);
  });

  test("must be one that the privileges are for", async () => {
    const { client } = await setup();
    const failure = await vendorError(client.organization(foreignMistOrgId));
    expect(failure).toMatchObject({ kind: "forbidden", notAttempted: true });
    expect(failure.message).toContain(`could not use organization ${foreignMistOrgId}`);
    expect(failure.message).toContain("Example Retail");
  });

  test("may be changed with the privilege to write only", async () => {
    const { client, clientWith, orgId } = await setup();
    expect(await client.organization(orgId, { write: true })).toBe(orgId);
    const reader = clientWith({ apiTokens: [mistReadOnlyToken] });
    expect(await reader.organization(orgId)).toBe(orgId);
    const failure = await vendorError(reader.organization(orgId, { write: true }));
    expect(failure.message).toContain("its privileges let it only read there");
  });

  test("may be one of those of a managed service provider", async () => {
    const { clientWith, mist, orgId } = await setup();
    mist.setPrivileges("admin@example.com", [{ scope: "msp", role: "write", msp_id: mistMspId }]);
    const client = clientWith({ apiTokens: [mistUserToken] });
    expect(await client.organization()).toBe(orgId);
    expect([...(await client.organizations()).values()]).toEqual([
      { id: orgId, name: "Example Retail", access: "write" },
    ]);
    expect(await client.organization(foreignMistOrgId)).toBe(foreignMistOrgId);
  });

  test("is known to those that may use only a site of it", async () => {
    const { client, mist, apiToken, orgId } = await setup();
    mist.setPrivileges(apiToken, [{ scope: "site", role: "write", site_id: headquarters }]);
    expect(await client.organization(undefined, { write: true })).toBe(orgId);
    expect([...(await client.organizations()).values()]).toMatchObject([{ id: orgId, access: "parts" }]);
  });

  test("is none when there is none, which is told", async () => {
    const { client, mist, apiToken } = await setup();
    mist.setPrivileges(apiToken, []);
    expect((await vendorError(client.organization())).message).toContain("name none");
  });

  test("counts with the best of several privileges", () => {
    const privileges = ["read", "admin", "helpdesk"].map((role) => ({ scope: "org", role, org_id: "A" }));
    expect([...organizationsIn(selfFrom({ privileges })).values()]).toEqual([
      { id: "a", name: undefined, access: "write" },
    ]);
  });
});
