import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { projectRoot } from "../../tools/setup/files.mjs";
import { compareVersions, goParts, isAtLeast, pulumiVersion } from "../../tools/setup/versions.mjs";

describe("versions", () => {
  test.each([
    ["3.254.0", "3.254.0", 0],
    ["v3.254.0", "3.254.0", 0],
    ["3.254.0+dirty", "3.254.0", 0],
    ["3.99.0", "3.254.0", -1],
    ["3.254.1", "3.254.0", 1],
    ["4.0.0", "3.999.999", 1],
    ["3.254.0-alpha.1", "3.254.0", -1],
    ["3.254.0-alpha.10", "3.254.0-alpha.9", 1],
  ])("%s compared with %s", (left, right, sign) => {
    expect(Math.sign(compareVersions(left, right))).toBe(sign);
    expect(Math.sign(compareVersions(right, left))).toBe(sign === 0 ? 0 : -sign);
  });

  test.each(["", "unknown", "3.254", "error: not a version"])("%j is no version", (text) => {
    expect(isAtLeast(text, "0.0.0")).toBe(false);
  });

  test("the pinned CLI is the one in its go.mod", () => {
    const goMod = readFileSync(join(projectRoot, "tools", "pulumi-cli", "cli", "go.mod"), "utf8");
    expect(goMod).toContain(`github.com/pulumi/pulumi/pkg/v3 v${pulumiVersion}`);
    expect(goMod).toContain(`github.com/pulumi/pulumi/sdk/v3 v${pulumiVersion}`);
  });

  test("every part is the tool of its own Go module", () => {
    for (const part of goParts) {
      const goMod = readFileSync(join(projectRoot, "tools", "pulumi-cli", part.directory, "go.mod"), "utf8");
      expect(goMod).toContain(`tool ${part.package}\n`);
    }
  });
});
