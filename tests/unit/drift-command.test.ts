import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { drift } from "../../cli/drift";
import { type Pulumi, PulumiError } from "../../cli/pulumi";
import { pluginEvents } from "./drift-recorded";

const clean = pluginEvents
  .split("\n")
  .filter((line) => !line.includes('"op":"update"'))
  .join("\n");
let printed: { stdout: string; stderr: string };

beforeEach(() => {
  printed = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    vi.spyOn(process[stream], "write").mockImplementation((text) => {
      printed[stream] += text;
      return true;
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** A CLI that prints this and ends so. */
function cli(stdout: string, code = 0, stderr = ""): Pulumi & ReturnType<typeof vi.fn> {
  return vi.fn(async () => {
    if (code === 0) return stdout;
    throw new PulumiError(stderr || "`pulumi refresh` failed", false, { code, stdout });
  });
}

function failed(...messages: { message: string; name?: string; severity?: string }[]): string {
  const events = messages.map(({ message, name, severity = "error" }) => ({
    diagnosticEvent: { urn: name && `urn:pulumi:dev::lab::t::${name}`, message: `${message}\n`, severity },
  }));
  return [...events, { summaryEvent: { result: "failed" } }].map((event) => JSON.stringify(event)).join("\n");
}

describe("ztp drift", () => {
  it("ends with 0 when nothing has changed", async () => {
    await drift([], cli(clean));
    expect(process.exitCode).toBeUndefined();
    expect(printed).toEqual({ stdout: "Nothing has changed behind our back: 4 resources looked at.\n", stderr: "" });
  });

  it("ends with 7 when something has", async () => {
    await drift([], cli(pluginEvents, 7, "no changes were expected for refresh but changes were proposed"));
    expect(process.exitCode).toBe(7);
    expect(printed.stdout).toMatch(/^RESOURCE [\s\S]*\n6 properties of 3 resources differ; /);
    expect(printed.stderr).toBe("");
  });

  it("prints nothing but JSON with --json", async () => {
    await drift(["--json"], cli(clean));
    expect(JSON.parse(printed.stdout)).toEqual({ drift: [], resources: 4 });
    printed.stdout = "";
    await drift(["--json"], cli(pluginEvents, 7));
    expect(process.exitCode).toBe(7);
    expect(JSON.parse(printed.stdout)).toMatchObject({
      drift: [{ name: "fw1" }, { name: "hq" }, { name: "baseline" }],
    });
  });

  it("hands its options to a refresh that changes nothing", async () => {
    const run = cli(clean);
    await drift(["--stack", "prod", "--target", "urn:1", "-t", "**fw", "--parallel", "8"], run);
    const [args, { env }] = run.mock.calls[0] as Parameters<Pulumi>;
    expect(args.slice(0, 4)).toEqual(["refresh", "--preview-only", "--expect-no-changes", "--json"]);
    expect(args.join(" ")).toContain("--parallel 8 --stack prod --target urn:1 --target **fw");
    expect(env).toEqual({ PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" });
    await drift([], run);
    const [usual] = run.mock.calls[1] as Parameters<Pulumi>;
    expect(usual.join(" ")).toMatch(/--parallel 64$/);
  });

  it.each(["0", "-1", "x", "1.5"])("refuses --parallel %s before it looks", async (value) => {
    const run = cli(clean);
    await expect(drift([`--parallel=${value}`], run)).rejects.toThrow(
      `--parallel takes a number from 1, not "${value}"`,
    );
    expect(run).not.toHaveBeenCalled();
  });

  it("tells every option in its help", async () => {
    await drift(["--help"], cli(clean));
    for (const option of ["--stack", "--target", "--parallel", "--json"]) expect(printed.stdout).toContain(option);
  });

  it("passes warnings on, and leaves the report alone", async () => {
    const warning = failed({ message: "the vendor is slow", name: "fw1", severity: "warning" }).split("\n")[0];
    await drift(["--json"], cli(`${warning}\n${warning}\n${clean}`));
    expect(printed.stderr).toBe("warning: fw1: the vendor is slow\n");
    expect(JSON.parse(printed.stdout)).toEqual({ drift: [], resources: 4 });
  });
});

describe("ztp drift fails", () => {
  const told = async (run: Pulumi): Promise<string> => {
    const error = await drift([], run).catch((reason: unknown) => reason);
    expect(printed.stdout).toBe("");
    return (error as Error).message;
  };

  it("with each reason once, and the names of those whom it concerns", async () => {
    const unauthorized = "Preview failed: the login was not accepted (HTTP 401)";
    const names = ["fw3", "fw1", "fw2", "fw5", "fw4"];
    const reasons = names.map((name) => ({ message: unauthorized, name }));
    const other = { message: "FortiZTP could not list scripts", name: "baseline" };
    expect(await told(cli(failed(...reasons, other, { message: "preview failed" }), 1))).toBe(
      "fw1, fw2, fw3 and 2 more: the login was not accepted (HTTP 401)\nbaseline: FortiZTP could not list scripts",
    );
  });

  it("with what the engine says when there is no other reason", async () => {
    expect(await told(cli(failed({ message: "preview canceled" }), 1))).toBe("preview canceled");
  });

  it("with what the CLI says when it did not get as far as the engine", async () => {
    expect(await told(cli("", 1, "getting stack configuration: incorrect passphrase"))).toBe(
      "getting stack configuration: incorrect passphrase",
    );
    const missing = new PulumiError("there is no `pulumi` on the PATH", true);
    expect(await told(async () => Promise.reject(missing))).toBe(missing.message);
  });

  it("without a stack trace", async () => {
    const message = [
      "Preview failed: cannot read",
      "    at Object.read (/app/index.js:3:9)",
      "    at node:internal/main:1:2",
      "    at async Promise.all (index 0)",
    ].join("\n");
    expect(await told(cli(failed({ message, name: "hand" }), 1))).toBe("hand: cannot read");
  });

  it("when what the CLI prints and how it ends do not agree", async () => {
    const puzzled = /`pulumi refresh --preview-only --json` is not understood; .* 3\.254 or later/;
    expect(await told(cli('{\n    "steps": []\n}\n'))).toMatch(puzzled);
    expect(await told(cli(clean, 7))).toMatch(puzzled);
    expect(await told(cli(pluginEvents))).toMatch(puzzled);
  });
});
