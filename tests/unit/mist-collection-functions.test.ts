import { describe, expect, test } from "vitest";
import type { JsonMap } from "../../provider/core/values";
import { registry } from "../../provider/registry";
import { collections } from "../../provider/resources/mist/collections";
import { mistOrgId, mistSiteIds } from "../../simulators";
import { open } from "./mist-account";
import { failureOf, wireSecret } from "./support";

const [headquarters] = mistSiteIds;

test("every collection with a resource of its own has a function that finds one by its name", () => {
  const tokens = registry.functions.map(({ token }) => token);
  const types = collections.flatMap(({ type }) => type ?? []);
  expect(types.length).toBeGreaterThan(0);
  for (const type of types) expect(tokens).toContain(`mist:get${type}`);
});

describe.each(["plugin", "dynamic"] as const)("functions of Mist's collections in the %s host", (host) => {
  const hidden = (value: JsonMap[string]) => (host === "plugin" ? wireSecret(value) : value);

  async function withTemplates() {
    const account = await open(host);
    const { world } = account.simulators.mist;
    const add = (data: JsonMap) => world.addObject({ scope: "org", collection: "networktemplates", data });
    const { id } = add({
      name: "branch",
      networks: { office: { vlan_id: 20 } },
      switch_mgmt: { root_password: "word" },
    });
    add({ name: "twin" });
    add({ name: "twin" });
    return { account, id: String(id) };
  }

  test("find an object by its id or its name, with all that it holds, in one list for all who ask", async () => {
    const { account, id } = await withTemplates();
    const ways: JsonMap[] = [{ name: "branch" }, { objectId: id.toUpperCase() }, { name: "branch", orgId: mistOrgId }];
    for (const named of ways) {
      const { networks, switchMgmt, ...rest } = await account.call("getNetworkTemplate", named);
      expect(rest).toMatchObject({ objectId: id, name: "branch", organizationId: mistOrgId });
      expect(networks).toEqual({ office: { vlanId: 20 } });
      expect(switchMgmt).toMatchObject({ rootPassword: hidden("word") });
    }
    expect(account.calls()).toEqual(["GET /orgs/{org}/networktemplates"]);
  });

  test("find those of a site only when they are asked for there", async () => {
    const account = await open(host);
    const { world } = account.simulators.mist;
    const data = { name: "guests", ssid: "guests", passphrase: "password-1" };
    const { id } = world.addObject({ scope: "site", scopeId: headquarters, collection: "psks", data });
    const psk = await account.call("getPsk", { siteId: headquarters, name: "guests" });
    expect(psk).toMatchObject({ objectId: id, ssid: "guests", passphrase: hidden("password-1") });
    const failure = await failureOf(account.call("getPsk", { name: "guests" }));
    expect(failure.message).toContain("there is no PSK guests: check it, and where it is looked for");
  });

  test("fail when there is none, when several have the name, and when they are told none or both", async () => {
    const { account, id } = await withTemplates();
    const failure = async (args: JsonMap) => (await failureOf(account.call("getNetworkTemplate", args))).message;
    expect(await failure({ name: "Branch" })).toContain("there is no network template Branch");
    expect(await failure({ name: "twin" })).toContain("has 2 network templates named twin; choose by id: ");
    for (const args of [{}, { objectId: id, name: "branch" }] as JsonMap[])
      expect(await failure(args)).toContain("exactly one of objectId and name is needed");
  });

  test("getConfigObject has an object of any collection as the API spells it", async () => {
    const { account, id } = await withTemplates();
    const found = await account.call("getConfigObject", { collection: "networktemplates", name: "branch" });
    expect(found).toMatchObject({
      objectId: id,
      collection: "networktemplates",
      body: { networks: { office: { vlan_id: 20 } }, switch_mgmt: { root_password: hidden("word") } },
    });
    const wrongPlace = { collection: "networktemplates", name: "branch", siteId: headquarters };
    expect((await failureOf(account.call("getConfigObject", wrongPlace))).message).toContain(
      "networktemplates belong to org",
    );
    const unknown = { collection: "networktemplate", name: "branch" };
    expect((await failureOf(account.call("getConfigObject", unknown))).message).toContain('"networktemplates"');
  });
});
