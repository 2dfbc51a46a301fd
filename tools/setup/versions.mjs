/** The Pulumi CLI that is installed or built when none is found; keep in step with tools/pulumi-cli/cli/go.mod. */
export const pulumiVersion = "3.259.0";
export const oldestPulumiVersion = "3.254.0";
export const oldestNodeVersion = "22.19.0";

/** What is built from Go modules; `directory` is a folder of tools/pulumi-cli with its own go.mod and go.sum. */
export const goParts = [
  {
    executable: "pulumi",
    directory: "cli",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    ldflags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${pulumiVersion}`,
    required: true,
  },
  {
    executable: "pulumi-language-nodejs",
    directory: "language-nodejs",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    ldflags: "-s -w",
    required: true,
  },
  {
    executable: "pulumi-language-yaml",
    directory: "language-yaml",
    package: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    ldflags: "-s -w",
    required: false,
  },
];

/** Negative, zero or positive; a pre-release comes before its release, build metadata does not count. */
export function compareVersions(left, right) {
  const a = parse(left);
  const b = parse(right);
  for (let index = 0; index < 3; index++) {
    if (a.numbers[index] !== b.numbers[index]) return a.numbers[index] - b.numbers[index];
  }
  if (a.preRelease === b.preRelease) return 0;
  if (a.preRelease === "") return 1;
  if (b.preRelease === "") return -1;
  return a.preRelease.localeCompare(b.preRelease, "en", { numeric: true });
}

/** True when `version` is a version at all and not older than `oldest`. */
export function isAtLeast(version, oldest) {
  return /^v?\d+\.\d+\.\d+/.test(version) && compareVersions(version, oldest) >= 0;
}

function parse(version) {
  const [, numbers, preRelease = ""] = /^v?(\d+(?:\.\d+)*)(?:-([^+]*))?/.exec(version) ?? [undefined, "0"];
  const [major = 0, minor = 0, patch = 0] = numbers.split(".").map(Number);
  return { numbers: [major, minor, patch], preRelease };
}
