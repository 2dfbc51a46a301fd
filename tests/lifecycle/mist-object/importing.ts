import { expect } from "vitest";
import type { JsonMap } from "../harness/host";
import { PluginHost } from "../harness/plugin-host";
import { template, templateBody, webhookBody, wlanBody } from "./fixtures";
import {
  foreignMistOrgId,
  headquarters,
  list,
  mistOrgId,
  type ObjectScenario,
  type ObjectWorld,
  ofType,
  secretTexts,
  warehouse,
} from "./world";

const collection = "networktemplates";
const upper = (text: string) => text.toUpperCase();

/** What the import of an object of another type brings. */
async function importAs(world: ObjectWorld, token: string, id: string): Promise<JsonMap> {
  return world.stack.withHost(async (host) => {
    const read = await host.importRead(world.stack.urn("imported", token), id);
    if (!read) throw new Error(`There is no ${id}.`);
    return read.inputs;
  });
}

export const importing: readonly ObjectScenario[] = [
  {
    name: "T#102, T#194: an object is imported by every spelling of its key, and the program says the same",
    async run(world) {
      const { id } = world.add(collection, templateBody);
      const spellings = [
        id,
        upper(id),
        ` ${id} `,
        `${mistOrgId}/${id}`,
        `${mistOrgId}:${id}`,
        `${mistOrgId}.${id}`,
        `org:${mistOrgId}/${id}`,
        `${upper(mistOrgId)}/${upper(id)}`,
        "name:branch",
        `${mistOrgId}/name:branch`,
        `org:${mistOrgId}:name:branch`,
      ];
      const secret = {
        ...template,
        switchMgmt: { ...(template.switchMgmt as JsonMap), rootPassword: world.kept(secretTexts[0]) },
      };
      for (const [index, spelling] of spellings.entries()) {
        expect(await world.imported(spelling, `branch${index}`), spelling).toMatchObject(secret);
        expect(world.stack.state(`branch${index}`)).toMatchObject({ id, outputs: { organizationId: mistOrgId } });
      }
      world.stack.resources.clear();
      await world.imported(id, "branch");
      await world.expectSettled({ branch: template });
    },
  },
  {
    name: "T#54, T#177: an import writes nothing that Mist means without it: neither defaults nor what is empty",
    options: { variants: { defaults: "shown", nestedDefaults: "shown", signedUrls: "rotating" } },
    async run(world) {
      const { id } = world.add("wlans", { ...wlanBody, enabled: true, template_id: null, auth_servers: [] });
      expect(
        Object.keys(await importAs(world, "mist:Wlan", id))
          .filter((key) => !key.startsWith("__"))
          .sort(),
      ).toEqual(
        // `bands` and others that the description gives no default.
        ["auth", "bands", "ssid", "vlanEnabled", "vlanId"],
      );
    },
  },
  {
    name: "an object of a site is found by its id alone, and by its site, its name and both",
    async run(world) {
      const { id } = world.add("webhooks", webhookBody, warehouse);
      const keys = [id, `${warehouse}/${id}`, `site:${warehouse}.${id}`, `${warehouse}/name:hook`, "name:hook"];
      for (const key of keys) {
        expect(await importAs(world, "mist:Webhook", key), key).toMatchObject({ name: "hook", siteId: warehouse });
        expect(await importAs(world, "mist:Webhook", key)).not.toHaveProperty("orgId");
      }
      expect(world.takeCalls()).toContain("GET /sites/a3000000-0000-4000-8000-000000000001/webhooks");
    },
  },
  {
    name: "an object of the organization is found without a look at its sites",
    async run(world) {
      const { id } = world.add("webhooks", webhookBody);
      await importAs(world, "mist:Webhook", id);
      expect(world.takeCalls()).toEqual([list("webhooks")]);
    },
  },
  {
    name: "an object of an organization that is not the configured one is imported with its name",
    options: {
      mist: {
        tokens: [
          {
            key: "both",
            privileges: [mistOrgId, foreignMistOrgId].map((org_id) => ({ scope: "org", role: "admin", org_id })),
          },
        ],
      },
      config: { apiToken: "both", orgId: mistOrgId },
    },
    async run(world) {
      const { id } = world.mist.world.addObject({
        scope: "org",
        scopeId: foreignMistOrgId,
        collection,
        data: templateBody,
      });
      expect(await world.imported(`${foreignMistOrgId}/${id}`, "branch")).toMatchObject({ orgId: foreignMistOrgId });
      await world.expectSettled({ branch: { ...template, orgId: foreignMistOrgId } });
    },
  },
  {
    name: "a name that several have is told with their ids, and one that nobody has is not there",
    async run(world) {
      const [first, second] = [world.add(collection, templateBody), world.add(collection, templateBody)];
      expect((await world.stack.import("branch", "name:branch")).failures.branch?.message).toBe(
        `organization ${mistOrgId} has 2 network templates named branch; choose by id: ${first.id} or ${second.id}`,
      );
      world.add("webhooks", webhookBody, headquarters);
      world.add("webhooks", webhookBody, warehouse);
      await expect(importAs(world, "mist:Webhook", "name:hook")).rejects.toThrow(
        "several sites have a webhook hook: put the id of one and a slash before it",
      );
      for (const id of ["name:nobody", "b0000000-0000-4000-8000-000000000001", `${mistOrgId}/name:nobody`]) {
        const { failures } = await world.stack.import("branch", id);
        expect(failures.branch?.message, id).toContain("does not exist");
      }
    },
  },
  {
    name: "a text that is no key is refused with what to give",
    async run(world) {
      for (const id of ["branch", "1/2/3", `${mistOrgId}/branch`, "name:", ""]) {
        const { failures } = await world.stack.import("branch", id);
        expect(failures.branch?.message, id).toMatch(
          id === "" ? /./ : /names no network template: give its id, or name: and its name/,
        );
      }
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "the list of what could be imported has the objects of the organization and of its sites",
    hosts: ["plugin"],
    async run(world) {
      const all = [
        world.add("webhooks", webhookBody),
        world.add("webhooks", webhookBody, headquarters),
        world.add("webhooks", webhookBody, warehouse),
      ];
      const host = await PluginHost.start({
        token: "mist:Webhook",
        config: world.stack.config,
        engineAddress: "127.0.0.1:1",
      });
      try {
        expect((await host.list()).ids.sort()).toEqual(all.map(({ id }) => id).sort());
      } finally {
        await host.close();
      }
    },
  },
  {
    name: "the profiles of every type are listed, found and read, though Mist lists access points' only unless asked",
    async run(world) {
      const profiles = (["ap", "switch", "gateway"] as const).map((type) =>
        world.add("deviceprofiles", { name: type, type }),
      );
      for (const { id, data } of profiles) expect(await importAs(world, "mist:DeviceProfile", id)).toMatchObject(data);
      const program = { lobby: ofType("mist:DeviceProfile", { name: "switch", type: "switch" }) };
      await world.up(program);
      expect(world.takeWrites()).toEqual([]);
      await world.expectNoDrift(program);
      expect(new Set(world.takeCalls())).toEqual(new Set([`${list("deviceprofiles")}?type`]));
    },
  },
];
