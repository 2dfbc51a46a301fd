import { expect } from "vitest";
import { fault, shipped, type WorkflowScenario, warnings } from "../hwautomation-workflow/world";

const serverId = "rack1-node1";
const record = { serverId, deviceType: "a1.c5.large", ipmiIp: "192.168.7.11" };
const known = "server-001";
const path = "/api/database/servers";

/** The life of a record of the database. The service cannot remove one. */
export const recordScenarios: readonly WorkflowScenario[] = [
  {
    name: "a record is made, changed by what differs only, and left where it is",
    async run(world) {
      const preview = await world.stack.preview({ node: record });
      expect(preview.operations).toEqual({ node: "create" });
      expect(preview.failures).toEqual({});
      expect(world.takeWrites()).toEqual([]);
      await world.up({ node: record });
      expect(world.stack.state("node").id).toBe(serverId);
      expect(world.service.servers.get(serverId)).toMatchObject({ deviceType: "a1.c5.large", ipmiIp: "192.168.7.11" });
      world.expectOutputs("node", { currentStatus: "New" });
      expect(world.takeWrites()).toEqual([`POST ${path}`]);
      await world.expectNoDrift({ node: record });
      const changed = { ...record, ipmiIp: "192.168.7.12", status: "Ready", notes: "top of rack" };
      const run = await world.up({ node: changed });
      expect(run.paths).toEqual({ node: ["ipmiIp", "notes", "status"] });
      const puts = world.simulators.requests.filter({ service: "hwautomation", method: "PUT" });
      expect(puts.map(({ body }) => body)).toEqual([
        { ipmi_ip: "192.168.7.12", status: "Ready", notes: "top of rack" },
      ]);
      world.expectOutputs("node", { currentStatus: "Ready" });
      await world.expectNoDrift({ node: changed });
      await world.up({ node: { ...changed, status: "ready" } });
      world.takeWrites();
      await world.up({});
      expect(world.takeWrites()).toEqual([]);
      expect(world.service.servers.get(serverId)?.status).toBe("Ready");
    },
  },
  {
    name: "what the API takes no place for when a record is made is written to it afterwards",
    async run(world) {
      await world.up({ node: { ...record, status: "Reserved", rackLocation: "R1-U20" } });
      expect(world.takeWrites()).toEqual([`POST ${path}`, `PUT ${path}/${serverId}`]);
      expect(world.service.servers.get(serverId)).toMatchObject({ status: "Reserved", rackLocation: "R1-U20" });
    },
  },
  {
    name: "all records of a program are refreshed by one list",
    async run(world) {
      const servers = ["rack1-node1", "rack1-node2", "rack1-node3"];
      await world.up(Object.fromEntries(servers.map((id) => [id, { ...record, serverId: id }])));
      world.takeCalls();
      await world.refresh();
      expect(world.takeCalls().filter((call) => !call.endsWith("/health"))).toEqual([`GET ${path}`]);
    },
  },
  {
    name: "another id is another record, and the old one stays",
    async run(world) {
      await world.up({ node: record });
      const run = await world.up({ node: { ...record, serverId: "rack1-node2" } });
      expect(run.operations).toEqual({ node: "replace" });
      expect([...world.service.servers.keys()]).toEqual(expect.arrayContaining([serverId, "rack1-node2"]));
    },
  },
  {
    name: "marked as deleted it counts as gone, and is written anew",
    async run(world) {
      const program = { node: { ...record, onDelete: "markDeleted" } };
      await world.up(program);
      await world.up({});
      expect(world.service.servers.get(serverId)?.status).toBe("Deleted");
      const { failures } = await world.stack.import("node", serverId);
      expect(failures.node?.message).toContain("does not exist");
      await world.up(program);
      expect(world.service.servers.get(serverId)?.status).toBe("New");
      await world.expectNoDrift(program);
      Object.assign(world.service.servers.get(serverId) as object, { status: "deleted" });
      expect((await world.refresh()).operations).toEqual({ node: "delete" });
    },
  },
  {
    name: "a change elsewhere is drift, and put back; what workflows write is not, where the program does not say it",
    async run(world) {
      const program = { node: { ...record, rackLocation: "R1" } };
      await world.up(program);
      const stored = world.service.servers.get(serverId) as object;
      Object.assign(stored, { status: "Failed", biosVersion: "9.9" });
      await world.expectNoDrift(program);
      world.expectOutputs("node", { currentStatus: "Failed", currentBiosVersion: "9.9" });
      Object.assign(stored, { ipmiIp: "10.9.9.9", rackLocation: "R2" });
      expect((await world.refresh()).paths).toEqual({ node: ["ipmiIp", "rackLocation"] });
      await world.up(program);
      expect(world.service.servers.get(serverId)).toMatchObject({ ipmiIp: "192.168.7.11", rackLocation: "R1" });
    },
  },
  {
    name: "a record that is there is taken over when it says the same, else refused with both sides, or written over",
    async run(world) {
      const same = { serverId: known, deviceType: "a1.c5.large", ipmiIp: "192.168.1.100" };
      const other = { ...same, ipmiIp: "192.168.1.99" };
      expect(await world.refusal({ node: { ...same, adopt: "never" } })).toContain(
        `import it with \`pulumi import ztp:hwautomation:ServerRecord <name> ${known}\``,
      );
      const message = await world.refusal({ node: other });
      expect(message).toContain("ipmiIp is 192.168.1.100, the program says 192.168.1.99");
      expect(message).toContain('set adopt to "update"');
      await world.up({ node: same });
      expect(world.takeWrites()).toEqual([]);
      await world.expectNoDrift({ node: same });
      world.stack.resources.clear();
      await world.up({ node: { ...other, adopt: "update" } });
      expect(world.takeWrites()).toEqual([`PUT ${path}/${known}`]);
      expect(world.service.servers.get(known)?.ipmiIp).toBe("192.168.1.99");
    },
  },
  {
    name: "imported by its id, without what workflows write",
    async run(world) {
      expect((await world.stack.import("node", known)).failures).toEqual({});
      expect(world.stack.state("node").inputs).toMatchObject({ serverId: known, ipmiIp: "192.168.1.100" });
      const program = { node: { serverId: known, deviceType: "a1.c5.large", ipmiIp: "192.168.1.100" } };
      expect((await world.stack.preview(program)).operations).toEqual({ node: "same" });
      expect((await world.stack.import("none", "nobody")).failures.none?.message).toContain("does not exist");
    },
  },
  {
    name: "wrong inputs are told without a call",
    async run(world) {
      expect(await world.refusal({ node: { ...record, status: "Deleted" } })).toContain("set onDelete to markDeleted");
      expect(await world.refusal({ node: { ...record, ipmiIp: "192.168.7" } })).toContain("ipmiIp");
      expect(await world.refusal({ node: { ...record, serverId: "a b" } })).toContain("must be the id of a server");
      expect(world.takeCalls()).toEqual([]);
    },
  },
  {
    name: "a configuration that is read-only writes nothing",
    options: { config: { readOnly: true } },
    async run(world) {
      expect((await world.failingUp({ node: record })).message).toContain("readOnly");
      expect(world.takeWrites()).toEqual([]);
    },
  },
  {
    name: "lost POST response: the record is found, and not asked for again",
    async run(world) {
      fault(world, { kind: "resetAfterCommit" }, { method: "POST", path });
      await world.up({ node: record });
      expect(world.takeWrites()).toEqual([`POST ${path}`]);
      await world.expectNoDrift({ node: record });
    },
  },
  {
    name: "a record that somebody makes at the same time is judged like any other",
    async run(world) {
      // What is known of the hardware knows nothing of it; the table does.
      world.service.world.addServer({ serverId, deviceType: "x1.c1.small" });
      const unknown = { kind: "status", status: 404, body: { error: `Server ${serverId} not found` } } as const;
      fault(world, unknown, { method: "GET", path: `/api/hardware/server/${serverId}`, times: 99 });
      expect((await world.failingUp({ node: record })).message).toContain("deviceType is x1.c1.small");
      await world.up({ node: { ...record, adopt: "update" } });
      expect(world.service.servers.get(serverId)).toMatchObject({ deviceType: "a1.c5.large", ipmiIp: "192.168.7.11" });
      await world.expectNoDrift({ node: { ...record, adopt: "update" } });
    },
  },
  {
    name: "a record that could not be written to the end is kept, and finished by the next up",
    async run(world) {
      const program = { node: { ...record, status: "Reserved" } };
      fault(world, { kind: "status", status: 400, body: { error: "no such status" } }, { method: "PUT" });
      const { message } = await world.failingUp(program);
      expect(message).toContain("no such status");
      expect(world.stack.has("node")).toBe(true);
      await world.up(program);
      expect(world.service.servers.get(serverId)?.status).toBe("Reserved");
      expect(world.service.servers.size).toBe(7);
      await world.expectNoDrift(program);
    },
  },
  ...(
    [
      ["an HTML page", { kind: "html" }, "HWAutomation"],
      ["an HTML 404, as of a proxy", { kind: "html", status: 404 }, "HWAutomation"],
      ["a 401", { kind: "status", status: 401, body: { error: "Unauthorized" } }, "Check username and password"],
      [
        "a locked database",
        { kind: "status", status: 500, body: { error: "database is locked" } },
        "database is locked",
      ],
    ] as const
  ).map(
    ([what, action, words]): WorkflowScenario => ({
      name: `${what} is an error of the refresh, never a record that is gone`,
      options: { config: { maxRetries: 0 } },
      async run(world) {
        await world.up({ node: record });
        fault(world, action, { method: "GET", times: 9 });
        const { failures } = await world.stack.refresh();
        expect(failures.node?.message).toContain(words);
        expect(world.stack.has("node")).toBe(true);
        world.simulators.faults.clear();
        await world.expectNoDrift({ node: record });
      },
    }),
  ),
  {
    name: "shipped: writing is refused with the dialect's name, before any call that writes",
    options: shipped,
    async run(world) {
      expect(await world.refusal({ node: record })).toContain("dialect shipped");
      expect(world.takeWrites()).toEqual([]);
    },
  },
  {
    name: "shipped: a record is read from the tables, and one that is not among the hundred shown is not taken for gone",
    options: { hwautomation: { profile: "shipped", serverCount: 99 } },
    async run(world) {
      expect((await world.stack.import("node", "server-099")).failures).toEqual({});
      const program = { node: { serverId: "server-099", deviceType: "a1.c5.large", ipmiIp: "192.168.1.198" } };
      await world.expectNoDrift(program);
      const run = await world.stack.preview({ node: { ...program.node, notes: "x" } });
      if (world.stack.kind === "plugin") expect(run.failures.node?.message).toContain("dialect shipped");
      world.service.servers.delete("server-099");
      for (const id of ["x-1", "x-2"]) world.service.world.addServer({ serverId: id });
      const { failures } = await world.stack.refresh();
      expect(failures.node?.message).toContain("does not mean that there is none");
      world.service.servers.delete("x-1");
      expect((await world.refresh()).operations).toEqual({ node: "delete" });
      expect(warnings(run)).not.toContain("undefined");
    },
  },
];
