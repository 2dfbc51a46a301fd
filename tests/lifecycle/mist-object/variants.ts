import { expect } from "vitest";
import type { MistVariants } from "../../../simulators";
import type { HostKind } from "../harness/host";
import {
  devices,
  inRounds,
  inventory,
  limits,
  mistBehaviours,
  type OtherMistBehaviour,
  signIn,
  sites,
} from "../harness/mist-variants";
import type { Program } from "../harness/stack";
import { template, webhook, wlan } from "./fixtures";
import { headquarters, type ObjectScenario, type ObjectWorld, ofType } from "./world";

/** Of kinds that are listed by a search, and that a list tells only a part of. */
const others = (name: string): Program => ({
  ann: ofType("mist:ConfigObject", { collection: "usermacs", body: { mac: "5c5b35000001", name } }),
  bob: ofType("mist:ConfigObject", { collection: "usermacs", body: { mac: "5c5b35000002", labels: ["staff"] } }),
  campus: ofType("mist:ConfigObject", {
    collection: "evpn_topologies",
    body: { name, switches: [{ mac: "d420b0000001", role: "core" }] },
  }),
});

const before: Program = {
  ...others("before"),
  branch: { ...template, additionalKeys: { newer: false } },
  office: ofType("mist:Wlan", wlan),
  hook: ofType("mist:Webhook", { ...webhook, siteId: headquarters, enabled: false }),
  radio: ofType("mist:RfTemplate", { name: "radio", band5: { channels: [] }, scanningEnabled: false }),
};
const after: Program = {
  ...others("after"),
  branch: { name: "branch-2", networks: {}, dnsServers: [], switchMgmt: { apAffinityThreshold: 15 } },
  office: ofType("mist:Wlan", {
    ...wlan,
    vlanId: "30",
    isolation: true,
    authServers: [{ host: "192.0.2.1", secret: "x" }],
  }),
  hook: ofType("mist:Webhook", { ...webhook, siteId: headquarters, topics: ["alarms"] }),
  radio: ofType("mist:RfTemplate", { name: "radio", band5: { channels: [36] }, scanningEnabled: true }),
};

/** Everything that happens to objects, seen by a service that behaves so. */
export async function life(world: ObjectWorld): Promise<void> {
  const later = () => world.simulators.clock.advance(5_000);
  await world.up(before);
  later();
  await world.expectNoDrift(before);
  await world.up(after);
  later();
  await world.expectNoDrift(after);
  const { id } = world.stack.state("branch");
  world.stack.resources.delete(world.stack.urn("branch"));
  await world.imported(id, "branch");
  await world.expectNoDrift(after);
  Object.assign(world.object("wlans", "office").data, { isolation: false });
  expect((await world.refresh()).operations).toMatchObject({ branch: "same", office: "update", hook: "same" });
  expect((await world.stack.destroy()).failures).toEqual({});
  for (const collection of ["networktemplates", "wlans", "rftemplates", "usermacs", "evpn_topologies"])
    expect(world.objects(collection)).toEqual([]);
  expect(world.objects("webhooks", headquarters)).toEqual([]);
}

function lives(what: string, variants: Partial<MistVariants>, hosts: readonly HostKind[]): ObjectScenario {
  return { name: `objects live their whole life where ${what}`, hosts, options: { variants }, run: life };
}

/** The same for whoever signs in with a password. */
function livesSignedIn({ name, value, variants }: OtherMistBehaviour): ObjectScenario {
  return {
    name: `objects live their whole life where ${name} is ${value}`,
    options: { variants },
    async run(world) {
      world.configure({ apiToken: undefined, email: world.mist.email, password: world.mist.password });
      await life(world);
    },
  };
}

const met = mistBehaviours(signIn, limits, inventory, devices, sites);

/** What the limit of calls an hour does to objects is told where nobody waits for the hour to end. */
export const variants: readonly ObjectScenario[] = [
  // What tells replies apart lies beneath the hosts: the faster one meets each by itself, the other all of them.
  ...met.map(({ name, value, variants }) => lives(`${name} is ${value}`, variants, ["dynamic"])),
  ...inRounds(met).map((variants) => lives(JSON.stringify(variants), variants, ["plugin"])),
  ...mistBehaviours()
    .filter(({ name }) => signIn.has(name))
    .map(livesSignedIn),
];
