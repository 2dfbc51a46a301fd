import { describe, expect, test } from "vitest";
import type { FortiZtp } from "../../provider/clients/fortinet/fortiztp";
import { resolveConfig } from "../../provider/core/config";
import { Services } from "../../provider/core/services";
import type { Value } from "../../provider/core/values";
import { Guard, type Wish } from "../../provider/resources/fortiztp/guard";
import { Lane } from "../../provider/resources/fortiztp/lane";
import { fortiztp } from "../../provider/resources/fortiztp/service";
import { allowedBy, excessText, type Limits, limits, type limitsConfig } from "../../provider/resources/limits";
import { makePlugin, requests, urn } from "./plugin-support";
import { failureOf, site, startEngine, until } from "./support";

const never = new AbortController().signal;

function servicesWith(raw: Value, environment: NodeJS.ProcessEnv = {}, isDefault = true): Services {
  const rawOf: { [section: string]: Value } = { limits: raw, fortinet: { oauthToken: "token" } };
  const resolve = (section: typeof limitsConfig) => resolveConfig(section, rawOf[section.name], environment, isDefault);
  return new Services(resolve, () => {});
}

describe("the limits of a configuration", () => {
  test.each<[Value, Limits[keyof Limits]]>([
    [5, { devices: 5 }],
    [0, { devices: 0 }],
    ["5", { devices: 5 }],
    [" 10 % ", { percent: 10 }],
    ["0%", { percent: 0 }],
    ["100%", { percent: 100 }],
    [undefined, undefined],
    [null, undefined],
  ])("read %j as %j", (maxUnprovision, unprovision) => {
    const services = servicesWith({ maxUnprovision });
    expect(services.problems(fortiztp)).toEqual([]);
    expect(services.use(limits)).toEqual({ unprovision, reprovision: undefined });
  });

  test.each<Value>([-1, "-1", "101%", "5.5%", "five", "", "%", "5 devices", "1e3", Number.MAX_VALUE])(
    "refuse %j for every resource that they concern, without showing it",
    (maxReprovision) => {
      const problems = servicesWith({ maxReprovision }).problems(fortiztp);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatch(/^ztp:limits\.maxReprovision must be a (number of devices, such as 5|whole number)/);
      expect(() => servicesWith({ maxReprovision }).use(fortiztp)).toThrow(problems[0]);
    },
  );

  test("give way to the environment, which means this run, for explicit provider instances as well", () => {
    const environment = { ZTP_LIMITS_MAX_UNPROVISION: "37" };
    for (const isDefault of [true, false]) {
      const services = servicesWith({ maxUnprovision: 2, maxReprovision: "5%" }, environment, isDefault);
      expect(services.use(limits)).toEqual({ unprovision: { devices: 37 }, reprovision: { percent: 5 } });
    }
  });

  test.each([
    [{ devices: 3 }, 0, 3],
    [{ percent: 10 }, 5, 0],
    [{ percent: 10 }, 19, 1],
    [{ percent: 29 }, 100, 29],
    [{ percent: 100 }, 7, 7],
  ])("%j of a fleet of %i allow %i", (limit, fleet, allowed) => {
    expect(allowedBy(limit, fleet)).toBe(allowed);
  });

  test("say how many, what allows how many, what became of them, and how to allow it once", () => {
    const percent = { loss: "unprovision", limit: { percent: 5 }, fleet: 40, wanted: 6, passed: 0 } as const;
    expect(excessText(percent)).toBe(
      "this run would unprovision at least 6 devices, and ztp:limits.maxUnprovision allows 2 (5% of 40 provisioned " +
        "devices): none was written. If that is what you want, allow it for one run with the environment variable " +
        "ZTP_LIMITS_MAX_UNPROVISION=6",
    );
    const later = { loss: "reprovision", limit: { devices: 8 }, fleet: 0, wanted: 12, passed: 7 } as const;
    expect(excessText(later)).toMatch(
      /^this run would reprovision at least 12 devices, and ztp:limits.maxReprovision allows 8: 7 were let through before, the other 5 were not written\. .*MAX_REPROVISION=12$/,
    );
    expect(excessText({ ...later, limit: { devices: 0 }, wanted: 1, passed: 0 })).toContain("at least 1 device, and");
    expect(excessText({ ...later, wanted: 9, passed: 1 })).toContain("1 was let through before");
  });
});

describe("the guard of a run", () => {
  /** Wishes that wait together; `true` for those that pass. */
  async function judge(guard: Guard, wishes: readonly Wish[]): Promise<boolean[]> {
    for (const wish of wishes) guard.expect(wish);
    return (await guard.judge(wishes, never)).map((refusal) => refusal === undefined);
  }
  const wish = (serial: string, loss: Wish["loss"] = "unprovision"): Wish => ({ loss, serial });
  const guardWith = (given: Limits, fleet = async () => 40) => new Guard(given, fleet);

  test("lets all that wait pass, or none", async () => {
    expect(await judge(guardWith({ unprovision: { devices: 2 } }), [wish("a"), wish("b")])).toEqual([true, true]);
    const three = [wish("a"), wish("b"), wish("c")];
    expect(await judge(guardWith({ unprovision: { devices: 2 } }), three)).toEqual([false, false, false]);
  });

  test("judges later ones against what is left, and refuses everything once it has refused", async () => {
    const guard = guardWith({ unprovision: { devices: 3 } });
    expect(await judge(guard, [wish("a"), wish("b")])).toEqual([true, true]);
    expect(await judge(guard, [wish("c"), wish("d")])).toEqual([false, false]);
    expect(await judge(guard, [wish("e")])).toEqual([false]);
  });

  test("counts a device once, and lets it pass again", async () => {
    const guard = guardWith({ unprovision: { devices: 1 } });
    expect(await judge(guard, [wish("a"), wish("a")])).toEqual([true, true]);
    expect(await judge(guard, [wish("a"), wish("b")])).toEqual([true, false]);
  });

  test("counts each loss for itself, and only those that have a limit", async () => {
    const guard = guardWith({ unprovision: { devices: 0 } });
    expect(guard.hasLimit("unprovision")).toBe(true);
    expect(guard.hasLimit("reprovision")).toBe(false);
    expect(await judge(guard, [wish("a", "reprovision"), wish("a")])).toEqual([true, false]);
  });

  test("counts those that wait elsewhere, too", async () => {
    const guard = guardWith({ unprovision: { devices: 1 } });
    guard.expect(wish("of another lane"));
    expect(await judge(guard, [wish("a")])).toEqual([false]);
  });

  test("takes a percentage of the fleet, and lets nothing pass when the fleet cannot be counted", async () => {
    expect(await judge(guardWith({ unprovision: { percent: 5 } }), [wish("a"), wish("b")])).toEqual([true, true]);
    const down = guardWith({ unprovision: { percent: 5 } }, () => Promise.reject(new Error("the service is down")));
    await expect(judge(down, [wish("a")])).rejects.toThrow("the service is down");
  });
});

describe.each(["engine", "resource"] as const)("devices that wait for leave, handed over by the %s", (from) => {
  const laneWith = (given: Limits) => {
    const guard = new Guard(given, async () => 0);
    // Nothing is sent: nobody gets as far as a write.
    const lane = new Lane({} as FortiZtp, from, guard);
    return (serial: string, signal = never) => {
      const wish: Wish = { loss: "unprovision", serial };
      guard.expect(wish);
      return lane.admit(wish, signal);
    };
  };

  test("are let go at once when they are canceled, and the others get their answer", async () => {
    const admit = laneWith({ unprovision: { devices: 5 } });
    const cancel = new AbortController();
    const canceled = failureOf(admit("a", cancel.signal));
    let settled = false;
    const stays = admit("b").then(() => {
      settled = true;
    });
    cancel.abort(new Error("interrupted"));
    expect((await canceled).message).toBe("interrupted");
    expect(settled).toBe(false);
    await stays;
  });

  test("wait for each other, and are all refused", async () => {
    const admit = laneWith({ unprovision: { devices: 1 } });
    const refused = ["a", "b", "c"].map((serial) => failureOf(admit(serial)));
    const messages = (await Promise.all(refused)).map(({ message }) => message);
    expect(new Set(messages).size).toBe(1);
    expect(messages[0]).toContain("at least 3 devices");
  });
});

describe("the forecast of a preview", () => {
  const would = async () => true;
  const forecast = (guard: Guard, serial: string, look = would) =>
    guard.forecast({ loss: "reprovision", serial }, look, never);

  test("is silent within the limit, and looks at nothing", async () => {
    const guard = new Guard({ reprovision: { devices: 1 } }, () => Promise.reject(new Error("not to be counted")));
    const look = () => Promise.reject(new Error("not to be looked at"));
    expect(await forecast(guard, "a", look)).toEqual([]);
    expect(await forecast(new Guard({}, async () => 0), "a", look)).toEqual([]);
  });

  test("beyond it counts only what would be touched, each once, and tells one problem that goes on counting", async () => {
    const guard = new Guard({ reprovision: { devices: 1 } }, async () => 40);
    let looks = 0;
    const stays = async () => {
      looks++;
      return false;
    };
    expect(await forecast(guard, "stays", stays)).toEqual([]);
    expect(await forecast(guard, "a")).toEqual([]);
    expect(await forecast(guard, "a")).toEqual([]);
    const [problem] = await forecast(guard, "b");
    expect(problem?.()).toContain("would reprovision at least 2 devices");
    expect(await forecast(guard, "c")).toEqual([problem]);
    expect(problem?.()).toContain("would reprovision at least 3 devices");
    expect(looks).toBe(1);
  });
});

describe("a preview in the plugin", () => {
  const inputs = { name: "berlin" };
  const update = (provider: ReturnType<typeof makePlugin>, name: string, size = 2) =>
    provider.update({ ...requests.update(inputs, { ...inputs, size }, inputs, true), urn: `${urn}-${name}` });

  test("tells a problem of the whole run once, counted to the end", async () => {
    const { address, logs } = await startEngine();
    let changed = 0;
    const problem = () => `${changed} sites would change`;
    const resource = site({
      planUpdate: async () => ({ overall: ++changed > 1 ? [problem] : [] }),
    });
    const provider = makePlugin({ resources: [resource], engineAddress: address });
    expect(await update(provider, "first")).toMatchObject({ properties: { size: 2 } });
    const second = failureOf(update(provider, "second"));
    expect(await update(provider, "third")).toMatchObject({ properties: { size: 2 } });
    expect((await second).message).toBe("3 sites would change");
    expect(logs).toEqual([]);
  });

  test("tells it beside what is wrong with a single resource", async () => {
    const { address, logs } = await startEngine();
    let changed = 0;
    const problem = () => `${changed} sites would change`;
    const resource = site({
      plan: async () => ({ problems: ["it is taken"] }),
      planUpdate: async () => {
        changed++;
        return { overall: [problem] };
      },
    });
    const provider = makePlugin({ resources: [resource], engineAddress: address });
    const taken = failureOf(provider.create(requests.create(inputs, true)));
    expect(await update(provider, "second")).toMatchObject({ properties: { size: 2 } });
    expect(await update(provider, "third")).toMatchObject({ properties: { size: 2 } });
    expect((await taken).message).toBe("it is taken");
    await until(() => logs.length > 0);
    expect(logs).toMatchObject([{ severity: 3, message: "2 sites would change", urn: `${urn}-second` }]);
  });

  test("asks about a replacement with both sides, and not about what costs no call", async () => {
    const asked: unknown[] = [];
    const resource = site({
      planUpdate: async (_context, from, to, replaces) => {
        asked.push([from.inputs.name, to.name, replaces]);
        return {};
      },
    });
    const provider = makePlugin({ resources: [resource] });
    const other = { name: "hamburg" };
    provider.diff(requests.diff(inputs, other));
    await provider.create(requests.create(other, true));
    await provider.update(requests.update(inputs, { ...inputs, patience: 9 }, inputs, true));
    await provider.update(requests.update(inputs, { ...inputs, size: 3 }, inputs, true));
    expect(asked).toEqual([
      ["berlin", "hamburg", true],
      ["berlin", "berlin", false],
    ]);
  });

  test("and a run tell the deletion of what is replaced by what", async () => {
    const seen: unknown[] = [];
    const resource = site({
      delete: async (_context, _id, state, replacedBy) => {
        seen.push([state.inputs.name, replacedBy?.name]);
      },
    });
    const provider = makePlugin({ resources: [resource] });
    await provider.delete(requests.delete(inputs));
    provider.diff(requests.diff(inputs, { name: "hamburg" }));
    await provider.delete(requests.delete(inputs));
    expect(seen).toEqual([
      ["berlin", undefined],
      ["berlin", "hamburg"],
    ]);
  });
});
