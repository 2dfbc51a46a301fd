import { expect } from "vitest";
import type { MistVariants } from "../../../simulators";
import { inRounds, inventory, limits, mistBehaviours, signIn, sites } from "../harness/mist-variants";
import { access, type DeviceScenario, headquarters, lobby, ofType } from "./world";

const programOf = (more: object) => ({
  lobby: {
    siteId: headquarters,
    mac: lobby,
    name: "lobby",
    disableEth1: false,
    ntpServers: [],
    onDelete: "clear",
    ...more,
  },
  access: ofType("mist:Switch", {
    siteId: headquarters,
    mac: access,
    name: "access",
    managed: false,
    onDelete: "clear",
  }),
});

/** Devices that are configured while Mist behaves so. */
function lives(variants: Partial<MistVariants>): DeviceScenario {
  return {
    name: `configurations live their whole life where ${JSON.stringify(variants)}`,
    options: { variants },
    async run(world) {
      const before = programOf({ led: { enabled: false } });
      await world.up(before);
      await world.expectNoDrift(before);
      const after = programOf({ notes: "x", disableEth1: true });
      await world.up(after);
      await world.expectNoDrift(after);
      expect(world.config(lobby)).toEqual({ name: "lobby", notes: "x", disable_eth1: true, ntp_servers: [] });
      const { id } = world.stack.state("lobby");
      world.stack.resources.delete(world.stack.urn("lobby"));
      await world.imported(id, "lobby");
      expect(world.stack.state("lobby").id).toBe(id);
      await world.up(after);
      await world.expectNoDrift(after);
      Object.assign(world.config(lobby), { notes: "y" });
      expect((await world.refresh()).operations).toEqual({ lobby: "update", access: "same" });
      expect((await world.stack.destroy()).failures).toEqual({});
      expect([world.config(lobby), world.config(access)]).toEqual([{}, {}]);
    },
  };
}

/** All at once, since objects meet each by itself. */
export const variants: readonly DeviceScenario[] = inRounds(mistBehaviours(signIn, limits, inventory, sites)).map(
  lives,
);
