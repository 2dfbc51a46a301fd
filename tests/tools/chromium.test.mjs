import { join } from "node:path";
import { expect, test } from "vitest";
import { ensureChromium } from "../../tools/setup/chromium.mjs";
import { silenceSetup, temporaryFolder, write } from "./folder.mjs";

silenceSetup();

test("a Chromium on the PATH comes first", async () => {
  const folder = temporaryFolder();
  write(join(folder, "chromium"), "#!/bin/sh\n", 0o755);
  const environment = { PATH: folder, XDG_CACHE_HOME: temporaryFolder() };
  expect(await ensureChromium({ environment })).toEqual({ command: join(folder, "chromium") });
});

test("where there is no Debian the tests that need it are skipped for a reason", async () => {
  const environment = { PATH: temporaryFolder(), XDG_CACHE_HOME: temporaryFolder() };
  expect(await ensureChromium({ environment })).toEqual({
    problem:
      "There is no chromium: it is not on the PATH, and there is no apt-get to get it with. Install Chromium to run the tests that need it.",
  });
});
