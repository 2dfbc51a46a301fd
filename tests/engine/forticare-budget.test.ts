import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PulumiWorkspace } from "../../tools/workspace";
import { commands, credentialVariables, Scene, storyHosts } from "./support";

/** Moves the time, as far as the service and the record of the calls made go by it. */
function letPass(scene: Scene, milliseconds: number): void {
  scene.simulators.clock.advance(milliseconds);
  const database = new DatabaseSync(join(scene.workspace.directory, "ztp", "budget.sqlite"));
  try {
    database.prepare("UPDATE entries SET at = at - ?").run(milliseconds);
  } finally {
    database.close();
  }
}

function callsTo(scene: Scene) {
  return scene.simulators.requests.filter({ service: "forticare" });
}

/** The serials that were sent to be registered, in their order. */
function registered(scene: Scene): string[] {
  return callsTo(scene)
    .filter(({ relativePath }) => relativePath === "/products/register")
    .flatMap(({ body }) => (body as { registrationUnits: { serialNumber: string }[] }).registrationUnits)
    .map(({ serialNumber }) => serialNumber);
}

describe.each(storyHosts)("errors that run out in the middle of an up in the %s host", (host) => {
  const gates = Array.from({ length: 12 }, (_, index) => `FGT60FTK240900${index + 24}`);
  /** Those from 31 on need a key: more fail than may. */
  const keyed = gates.slice(7);
  let scene: Scene;
  let before: string[];

  const program = (withKeys: boolean): string => {
    const keyOf = (serial: string) => (withKeys && keyed.includes(serial) ? `KEYF${serial.slice(-4)}` : undefined);
    const products = Object.fromEntries(gates.map((serial) => [serial, { cloudKey: keyOf(serial) }]));
    return `new ztp.forticare.ProductSet("fleet", { products: ${JSON.stringify(products)} });`;
  };
  const isRegistered = (serial: string) =>
    scene.simulators.fortinet.forticare.products.get(serial)?.status === "Registered";

  beforeAll(async () => {
    scene = await Scene.open({
      host,
      credentials: "config",
      program: program(false),
      env: { ZTP_FORTINET_FORTICARE_ERRORS_PER_HOUR: "3" },
    });
  });
  afterAll(() => scene?.close());

  test("stop it, and what is left is not attempted and says when to come back", async () => {
    const { output } = await scene.fail([...commands.up]);
    before = gates.filter(isRegistered);
    const sent = registered(scene);
    expect(output).toContain(`of 12 products failed; the other ${before.length} are done:`);
    expect(output.match(/could not register product \S+: the request was rejected.*Set cloudKey/g)).toHaveLength(3);
    expect(output).toMatch(/: the error budget is used up\. There is room again in 61 min, at 20\d\d-/);
    expect(sent).toHaveLength(before.length + 3);
    expect(new Set(sent).size).toBe(sent.length);
    expect(Object.keys((await scene.resource("fleet")).outputs?.summaries as object).sort()).toEqual(before);
  });

  test("stop every run of that hour before its first call", async () => {
    const { output } = await scene.fail([...commands.up]);
    expect(output).toContain("the error budget is used up. There is room again in");
    expect(callsTo(scene)).toEqual([]);
  });

  test("are forgotten after an hour: the next up goes on, and registers nothing twice", async () => {
    letPass(scene, 3_700_000);
    scene.write(program(true));
    expect((await scene.up()).counts).toEqual({ updated: 1, unchanged: 1 });
    expect(registered(scene).sort()).toEqual(gates.filter((serial) => !before.includes(serial)));
    expect(gates.filter(isRegistered)).toEqual(gates);
  });
});

describe.each(storyHosts)("two runs at once in the %s host", (host) => {
  // Each run makes two calls, and then nine.
  const limit = 20;
  const fleets = [11, 21].map((start) => Array.from({ length: 8 }, (_, index) => `FGT60FTK240900${start + index}`));
  let scene: Scene;
  let other: PulumiWorkspace;

  const program = (description: string): string => `
    const products = process.env.FLEET.split(",").map((serial) => [serial, { description: "${description}" }]);
    new ztp.forticare.ProductSet("fleet", { products: Object.fromEntries(products) });`;

  /** `pulumi up` of both stacks; what the two have called. */
  async function upBoth() {
    const { fortinet } = scene.simulators.describe();
    scene.simulators.requests.clear();
    const results = await Promise.all(
      [scene.workspace, other].map((workspace, index) => {
        const own = { ZTP_FORTINET_FORTICARE_RATE_LIMIT_PER_MINUTE: String(limit), FLEET: fleets[index]?.join() ?? "" };
        return workspace.run([...commands.up], { env: { ...credentialVariables(fortinet), ...own } });
      }),
    );
    for (const result of results) expect(result.code, result.output).toBe(0);
    const calls = callsTo(scene);
    expect(calls.filter(({ status }) => status !== 200)).toEqual([]);
    return calls;
  }

  beforeAll(async () => {
    const limits = { callsPerMinute: limit };
    const fortinet = { forticare: { variants: { limits } } };
    scene = await Scene.open({ host, credentials: "none", program: program("Berlin"), fortinet });
    const env = { ZTP_STATE_DIR: join(scene.workspace.directory, "ztp") };
    other = await PulumiWorkspace.create({ project: scene.folder, host, env });
  });
  afterAll(async () => {
    other?.dispose();
    await scene?.close();
  });

  test("count together, so that the vendor never refuses a call, and register everything once", async () => {
    expect(await upBoth()).toHaveLength(4);
    expect(registered(scene).sort()).toEqual(fleets.flat());
    // A little more and they would be forgotten: the runs wait for that, since they may not exceed the limit together.
    letPass(scene, 57_000);
    scene.write(program("Hamburg"));
    expect(await upBoth()).toHaveLength(18);
    const { products, usage } = scene.simulators.fortinet.forticare;
    for (const serial of fleets.flat()) expect(products.get(serial)?.description).toBe("Hamburg");
    expect(usage.call(scene.simulators.fortinet.forticare)).toMatchObject([{ errorsLastHour: 0 }]);
  });
});
