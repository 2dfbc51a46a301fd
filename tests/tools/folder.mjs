import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, onTestFinished, vi } from "vitest";

/** A folder for one test, with these files in it. */
export function temporaryFolder(files = {}) {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-ztp-tools-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) write(join(folder, name), text);
  return folder;
}

export function write(file, text, mode = 0o644) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode });
}

/** Keeps what setup says out of the test report. */
export function silenceSetup() {
  beforeEach(() => {
    const silence = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    return () => silence.mockRestore();
  });
}
