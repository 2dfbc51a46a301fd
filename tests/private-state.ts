import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** What outlives a run goes into a folder of this test file, never into the user's own. */
const folder = mkdtempSync(join(tmpdir(), "pulumi-ztp-state-"));
process.env.ZTP_STATE_DIR = folder;

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
