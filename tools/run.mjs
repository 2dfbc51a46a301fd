import { join } from "node:path";
import { say, showFailure } from "./setup/problem.mjs";
import { attach } from "./setup/process.mjs";
import { setup } from "./setup.mjs";

const everything = ["compiled", "plugin", "cli"];
const commands = {
  build: { needs: ["compiled", "plugin"] },
  demo: { needs: everything, script: ["dist/tools/demo.js"] },
  test: { needs: [], script: ["tools/test.mjs"] },
  soak: {
    needs: everything,
    script: ["node_modules/vitest/vitest.mjs", "run", "--project", "engine"],
    env: { ZTP_SOAK_ROUNDS: "200", ZTP_SOAK_SEED: String(Date.now() % 1_000_000) },
  },
  bench: { needs: everything, script: ["dist/tests/bench/main.js"] },
  generate: { needs: ["compiled-tolerant"], script: ["dist/tools/generate.js"] },
  simulate: { needs: ["compiled"], script: ["dist/cli/main.js", "simulate"] },
  format: { needs: [], script: ["node_modules/@biomejs/biome/bin/biome", "check", "--write"] },
};

async function main([name, ...args]) {
  const command = Object.hasOwn(commands, name ?? "") ? commands[name] : undefined;
  if (!command) {
    say(`Usage: node tools/run.mjs <command> [arguments]\nCommands: ${Object.keys(commands).join(", ")}`);
    return 2;
  }
  const { root, node, env } = await setup(command.needs);
  if (!command.script) return 0;
  const [script, ...fixed] = command.script;
  return attach(node, [join(root, script), ...fixed, ...args], { env: { ...command.env, ...env } });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  showFailure(error);
  if (process.argv[2] === "test") console.log("0 passed, 1 failed");
  process.exitCode = 1;
}
