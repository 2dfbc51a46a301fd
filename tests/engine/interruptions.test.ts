import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mistDevice, mistOrgId, mistSiteIds, panosSerial, panosTarget } from "../../simulators";
import { readToolchain } from "../../tools/toolchain";
import { descendants, end, type Process } from "./processes";
import { commands, type Host, hosts, Scene } from "./support";

/**
 * Jobs whose run is ended at random points, by Ctrl-C once and twice, and by SIGKILL of the CLI and of the provider: the next
 * `up` goes on, no device is acted on twice, and no job is lost. `npm run soak` does the same many more times.
 */

const rounds = Number(process.env.ZTP_SOAK_ROUNDS ?? 12);
const seed = Number(process.env.ZTP_SOAK_SEED ?? 1);
/** How much faster than real ones devices are: an upgrade takes about as long as an `up` without one. */
const speed = 150;
const version = "0.14.30110";
const [siteId] = mistSiteIds;
/** What a firewall takes on its way: both images, of which only the last is installed. */
const upgrade = ["download 11.1.0", `download ${panosTarget}`, `install ${panosTarget}`, "reboot"];

const interruptions = ["SIGINT", "SIGINT twice", "SIGKILL of the CLI", "SIGKILL of the provider"] as const;
type Interruption = (typeof interruptions)[number];

/** Numbers from 0 to 1 that are the same for the same seed. */
function randomNumbers(from: number): () => number {
  let state = from;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const random = randomNumbers(seed);
const plan = Array.from({ length: rounds }, (_, index) => {
  const host: Host = index % 3 === 2 ? "dynamic" : "plugin";
  // The dynamic host has no provider process of ours.
  const possible = host === "plugin" ? interruptions : interruptions.slice(0, 3);
  const turn = host === "plugin" ? index - Math.floor((index + 1) / 3) : Math.floor(index / 3);
  return {
    host,
    interruption: possible[turn % possible.length] as Interruption,
    /** Where in a whole run, in percent. */
    percent: Math.round(random() * 100),
    number: index + 1,
  };
});

const accessPoint = (number: number) =>
  mistDevice("ap", 720_000 + number, { orgId: mistOrgId, siteId, version: "0.14.29313", connected: true });

/** The job of a round with each vendor, and that of the completions which wait for them. */
function program(number: number): string {
  const mac = accessPoint(number).mac;
  const args = { siteId, deviceIds: [mac], targetVersion: version };
  return `
    const ap = new ztp.mist.UpgradeJob("ap-${number}", ${JSON.stringify(args)});
    new ztp.mist.UpgradeCompletion("ap-${number}", { jobId: ap.id });
    const fw = new ztp.panos.UpgradeJob("fw-${number}", { serial: "${panosSerial(number)}", targetVersion: "${panosTarget}" });
    new ztp.panos.UpgradeCompletion("fw-${number}", { jobId: fw.id, targetVersion: "${panosTarget}" });`;
}

describe.each(hosts)("runs of jobs that are interrupted in the %s host", (host) => {
  const own = plan.filter((round) => round.host === host);
  let scene: Scene;
  let usualMs: number;
  let leftOver: Process[] = [];

  beforeAll(async () => {
    const numbers = [0, ...own.map(({ number }) => number)];
    scene = await Scene.open({
      host,
      program: program(0),
      mist: { devices: numbers.map(accessPoint), variants: { upgradeSpeed: speed } },
      panos: {
        devices: numbers.map((number) => ({
          serial: panosSerial(number),
          hostname: `fw-${number}`,
          mgmtIp: `10.20.0.${number + 1}`,
        })),
        variants: { timeScale: speed },
      },
      env: { ZTP_MIST_POLL_SECONDS: "0.5", ZTP_PANOS_POLL_SECONDS: "1" },
    });
    // How long a whole run takes here and now.
    const { seconds } = await scene.up();
    usualMs = seconds * 1000;
    expectOneUpgrade(0);
  });
  afterAll(async () => {
    end(leftOver);
    await scene?.close();
  });

  /** Every step once, whatever became of the runs. */
  function expectOneUpgrade(number: number): void {
    const { mist, panos } = scene.simulators;
    const { mac } = accessPoint(number);
    const once = (kinds: readonly string[]) => [...new Set(kinds)];
    const onAccessPoint = mist.firmwareActions(mac).map(({ kind }) => kind);
    expect(onAccessPoint).toContain("reboot");
    expect(onAccessPoint).toEqual(once(onAccessPoint));
    expect(mist.world.devices.get(mac)?.version).toBe(version);
    const serial = panosSerial(number);
    expect(panos.changes(serial)).toEqual(upgrade);
    expect(panos.device(serial).version).toBe(panosTarget);
  }

  async function interruptedUp({ interruption, percent }: (typeof plan)[number]): Promise<void> {
    const cli: ChildProcess = spawn(readToolchain().cli.command, [...commands.up, "--non-interactive"], {
      cwd: join(scene.workspace.directory, "project"),
      env: { ...process.env, ...scene.workspace.variables },
      stdio: "ignore",
    });
    const exited = once(cli, "exit");
    await Promise.race([exited, sleep((percent / 100) * usualMs)]);
    if (cli.exitCode !== null) return;
    const below = descendants(cli.pid ?? 0);
    leftOver.push(...below);
    const provider = below.find(({ command }) => command.includes("pulumi-resource-ztp"));
    switch (interruption) {
      case "SIGINT twice":
        cli.kill("SIGINT");
        await Promise.race([exited, sleep(300)]);
        cli.kill("SIGINT");
        break;
      case "SIGKILL of the CLI":
        cli.kill("SIGKILL");
        break;
      case "SIGKILL of the provider":
        if (provider) process.kill(provider.pid, "SIGKILL");
        else cli.kill("SIGINT");
        break;
      default:
        cli.kill("SIGINT");
    }
    await exited;
  }

  test.each(own)("$interruption at $percent % of a run ($number)", async (round) => {
    scene.write(program(round.number));
    await interruptedUp(round);
    // What a killed CLI leaves locked.
    await scene.run(["cancel", "--yes"]);
    await scene.up();
    expectOneUpgrade(round.number);
    end(leftOver);
    leftOver = [];
    const names = (await scene.resources()).map(({ urn }) => urn.split("::").at(-1)).sort();
    const each = [`ap-${round.number}`, `fw-${round.number}`];
    expect(names.filter((name) => each.includes(name ?? ""))).toEqual([each[0], each[0], each[1], each[1]]);
  });
});
