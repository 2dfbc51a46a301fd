import { expect } from "vitest";
import { visible } from "../harness/host";
import { PluginHost } from "../harness/plugin-host";
import {
  foreignMistOrgId,
  headquarters,
  mistOrgId,
  ofType,
  onlyFailure,
  type SettingScenario,
  secretTexts,
  warehouse,
} from "./world";

const path = "/orgs/{org}/setting";
const setting = (inputs: object) => ofType("mist:OrgSetting", { ...inputs });
const inputs = { uiIdleTimeout: 30, mistNac: { serverCert: { key: secretTexts[0] } } };
const program = { org: setting(inputs) };
const tokens = [
  {
    key: "both",
    privileges: [mistOrgId, foreignMistOrgId].map((org_id) => ({
      scope: "org" as const,
      role: "admin" as const,
      org_id,
    })),
  },
];

export const organization: readonly SettingScenario[] = [
  {
    name: "the setting of the organization lives as that of a site does",
    async run(world) {
      await world.up(program);
      expect(world.takeCalls()).toEqual([`GET ${path}`, `PUT ${path}`]);
      expect(world.stateOf("org", "mist:OrgSetting").id).toBe(mistOrgId);
      await world.expectSettled(program);
      await world.up({ org: setting({ ...inputs, orgId: mistOrgId, uiIdleTimeout: 31 }) });
      expect(world.orgSetting()).toEqual({ ui_idle_timeout: 31, mist_nac: { server_cert: { key: secretTexts[0] } } });
      await world.stack.destroy();
      expect(world.orgSetting()).toEqual({});
    },
  },
  {
    name: "one organization does not become another in place, and the preview says so",
    options: { mist: { tokens }, config: { apiToken: "both", orgId: mistOrgId } },
    async run(world) {
      await world.up(program);
      world.takeWrites();
      expect(await world.refusal({ org: setting({ ...inputs, orgId: foreignMistOrgId }) })).toBe(
        `this resource is about orgId ${mistOrgId}, not ${foreignMistOrgId}: correct it, or make another resource`,
      );
      await world.up({ org: setting({ ...inputs, orgId: mistOrgId }) });
      await world.up({ org: setting({ ...inputs, orgId: foreignMistOrgId }) });
      expect([world.orgSetting(), world.orgSetting(foreignMistOrgId)]).toEqual([
        {},
        { ui_idle_timeout: 30, mist_nac: { server_cert: { key: secretTexts[0] } } },
      ]);
    },
  },
  {
    name: "an import names the organization only where it is not the configured one",
    options: { mist: { tokens }, config: { apiToken: "both", orgId: mistOrgId } },
    async run(world) {
      Object.assign(world.orgSetting(), { ui_idle_timeout: 30 });
      Object.assign(world.orgSetting(foreignMistOrgId), { ui_idle_timeout: 31 });
      await world.stack.withHost(async (host) => {
        const read = async (id: string) =>
          visible((await host.importRead(world.stack.urn("org", "mist:OrgSetting"), id))?.inputs ?? {});
        expect(await read(mistOrgId)).toEqual({ uiIdleTimeout: 30 });
        expect(await read(foreignMistOrgId)).toEqual({ orgId: foreignMistOrgId, uiIdleTimeout: 31 });
      });
    },
  },
  {
    name: "an organization that the token has no rights in is told",
    async run(world) {
      const run = await world.stack.up({ org: setting({ ...inputs, orgId: foreignMistOrgId }) });
      expect(onlyFailure(run)).toContain(`could not use organization ${foreignMistOrgId}`);
    },
  },
  {
    name: "settings can be listed: one for the organization, one for each of its sites",
    hosts: ["plugin"],
    async run(world) {
      const idsOf = async (token: string) => {
        const host = await PluginHost.start({ token, config: world.stack.config, engineAddress: "127.0.0.1:1" });
        try {
          return (await host.list()).ids;
        } finally {
          await host.close();
        }
      };
      expect(await idsOf("mist:OrgSetting")).toEqual([mistOrgId]);
      expect(await idsOf("mist:SiteSetting")).toEqual([headquarters, warehouse]);
    },
  },
];
