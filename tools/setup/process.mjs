import { spawn } from "node:child_process";

/** Runs a command and keeps what it prints; never rejects: a command that cannot start has code 127. */
export function capture(command, args, { cwd, env = process.env, timeoutSeconds, shell = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, shell, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let output = "";
    const timer = timeoutSeconds && setTimeout(() => child.kill("SIGKILL"), timeoutSeconds * 1000);
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    child.on("error", (error) => {
      clearTimeout(timer);
      resolve({ code: 127, stdout, output: `${output}${error.message}` });
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, stdout, output: signal ? `${output}(ended by ${signal})` : output });
    });
  });
}

/** Runs a command on this terminal, passes signals on and gives its exit code. */
export function attach(command, args, { cwd, env = process.env, stdout = "inherit" } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ["inherit", stdout, "inherit"] });
    // A terminal sends Ctrl-C to the whole group by itself; passing it on as well would be a second Ctrl-C.
    const onInterrupt = () => process.stdin.isTTY || child.kill("SIGINT");
    const onTerminate = () => child.kill("SIGTERM");
    const onHangUp = () => child.kill("SIGHUP");
    process.on("SIGINT", onInterrupt).on("SIGTERM", onTerminate).on("SIGHUP", onHangUp);
    const watch = watchParent(onTerminate);
    const finish = (code) => {
      clearInterval(watch);
      process.off("SIGINT", onInterrupt).off("SIGTERM", onTerminate).off("SIGHUP", onHangUp);
      resolve(code);
    };
    child.on("error", (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      finish(127);
    });
    child.on("close", (code, signal) => finish(code ?? 128 + (signalNumbers[signal] ?? 1)));
  });
}

/** npm's shell dies of a signal without passing it on: what it ran must not live on by itself. */
function watchParent(onGone) {
  if (!process.env.npm_lifecycle_event) return undefined;
  const parent = process.ppid;
  return setInterval(() => process.ppid === parent || onGone(), 500);
}

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };
