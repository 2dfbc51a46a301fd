import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

/** The folder for what outlives a run: `ZTP_STATE_DIR`, or the usual place of this system. */
export function stateFolder(environment: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  const { ZTP_STATE_DIR: own, XDG_STATE_HOME: xdg, LOCALAPPDATA: local } = environment;
  if (own) return resolve(own);
  if (platform === "win32") return join(local || join(homedir(), "AppData", "Local"), "pulumi-ztp");
  if (platform === "darwin") return join(homedir(), "Library", "Application Support", "pulumi-ztp");
  // The XDG specification has relative paths ignored.
  return join(xdg && isAbsolute(xdg) ? xdg : join(homedir(), ".local", "state"), "pulumi-ztp");
}
