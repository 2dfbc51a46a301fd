import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../provider/core/config";
import { panosConfig } from "../../provider/resources/panos/config";
import { panos } from "../../provider/resources/panos/service";

const resolve = (raw: object, environment = {}) => resolveConfig(panosConfig, raw as never, environment, true);

describe("the configuration of the PAN-OS Upgrade Manager", () => {
  test("comes from the stack and from the environment", () => {
    const { values, problems } = resolve(
      { baseDir: "/opt/panos-upgrade", fileMode: "0660", gid: "1000", commandDelivery: "stageRename" },
      { ZTP_PANOS_BASE_DIR: "/var/lib/panos-upgrade", ZTP_PANOS_POLL_SECONDS: "10", ZTP_PANOS_READ_ONLY: "true" },
    );
    expect(problems).toEqual([]);
    expect(values).toMatchObject({
      ...{ baseDir: "/var/lib/panos-upgrade", fileMode: "0660", gid: 1000, pollSeconds: 10, readOnly: true },
      commandDelivery: "stageRename",
    });
  });

  test.each([
    [{ fileMode: "rw-r-----" }, "must be octal permissions"],
    [{ pollSeconds: 0.5 }, "pollSeconds"],
    [{ gid: -1 }, "gid"],
    [{ commandDelivery: "rename" }, "commandDelivery"],
    [{ submitWhenDaemonDown: "wait" }, "submitWhenDaemonDown"],
    [{ baseDir: "" }, "baseDir"],
  ])("refuses %j", (raw, message) => {
    expect(resolve(raw).problems.join("\n")).toContain(message);
  });

  test("says what to set where the directory is missing, and that another one is another provider", () => {
    const [problem] = panos.problems?.({}) ?? [];
    expect(problem).toContain("pulumi config set --path ztp:panos.baseDir");
    expect(problem).toContain("ZTP_PANOS_BASE_DIR");
    expect(panos.problems?.({ baseDir: "/opt/panos-upgrade" })).toEqual([]);
    expect(panosConfig.identity).toEqual(["baseDir"]);
  });
});
