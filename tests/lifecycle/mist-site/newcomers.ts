import { expect } from "vitest";
import type { JsonMap } from "../harness/host";
import { berlin, europe, ofType, type SiteScenario, type SiteWorld } from "./world";

const late = { visibilityDelayMs: 3_000 } as const;

type Step = (siteId: string) => [token: string, inputs: JsonMap];

/** Creates things one after the other in one provider process, as a program with references does, while the clock goes on. */
function inOneRun(world: SiteWorld, ...steps: readonly Step[]): Promise<void> {
  const work = world.stack.withHost(async (host) => {
    let siteId = "";
    for (const [index, step] of steps.entries()) {
      const [token, inputs] = step(siteId);
      const urn = world.stack.urn(`step${index}`, token);
      const checked = await host.check(urn, {}, host.programInputs(urn, inputs, false));
      expect(checked.failures).toEqual([]);
      const { id } = await host.create(urn, checked.inputs);
      siteId ||= id;
    }
  });
  return world.asTimeGoes(work);
}

const site: Step = () => ["mist:Site", berlin];
const grouped: Step = () => ["mist:Site", { ...berlin, sitegroupIds: [europe] }];
const setting: Step = (siteId) => ["mist:SiteSetting", { siteId, vars: { office: "20" } }];
const hook: Step = (siteId) => ["mist:Webhook", { siteId, name: "hook", url: "https://a.example", topics: ["audits"] }];

export const newcomers: readonly SiteScenario[] = [
  {
    name: "a site that Mist shows late gets its groups",
    options: { variants: late },
    async run(world) {
      await inOneRun(world, grouped);
      expect(world.groups("Berlin")).toEqual([europe]);
    },
  },
  {
    name: "T#5, T#23: the setting and the objects of a site that Mist shows late are made, whichever comes first",
    options: { variants: late },
    async run(world) {
      await inOneRun(world, site, setting, hook);
      const { id, setting: made } = world.site("Berlin");
      expect(made.data).toEqual({ vars: { office: "20" } });
      expect(world.objects("webhooks", id)).toHaveLength(1);
      world.mist.world.removeSite(id);
      await inOneRun(world, site, hook, setting);
      expect(world.objects("webhooks", world.site("Berlin").id)).toHaveLength(1);
    },
  },
  {
    name: "a site that nobody has made is not waited for",
    async run(world) {
      const siteId = "b3000000-0000-4000-8000-000000000001";
      const run = await world.stack.up({
        setting: ofType("mist:SiteSetting", { siteId, vars: {}, apUpdownThreshold: 5 }),
        hook: ofType("mist:Webhook", { siteId, name: "hook", url: "https://a.example", topics: ["audits"] }),
      });
      expect(run.failures.setting?.message).toBe(
        `there is no setting of site ${siteId}: check the id, and the organization of the API token or user`,
      );
      expect(run.failures.hook?.message).toMatch(/^Mist could not list the webhooks of site b3000000-.*HTTP 404/);
      expect(world.takeWrites()).toEqual([]);
    },
  },
];
