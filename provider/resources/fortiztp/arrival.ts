import type { Device } from "../../clients/fortinet/fortiztp";
import { formatDuration, systemClock } from "../../clients/http/clock";
import type { Context } from "../../core/resource";
import { productName } from "../forticare/product-inputs";
import type { Fleet } from "./fleet";

/**
 * The device that a program wants: "coming" when FortiZTP does not list it, but will, since the program registers it in
 * FortiCare; undefined when it is neither here nor to come.
 */
export async function seekDevice(
  fleet: Fleet,
  serial: string,
  { signal, ownerOf }: Context,
): Promise<Device | "coming" | undefined> {
  const listed = await fleet.listed(serial, signal);
  if (listed) return listed;
  return ownerOf?.(productName(serial)) ? "coming" : fleet.seek(serial, signal);
}

/**
 * Waits until FortiZTP lists a device that the program registers: it takes it over from FortiCare by itself, some time later.
 * @throws Error when it has not within `timeoutSeconds`
 */
export async function waitToAppear(
  fleet: Fleet,
  serial: string,
  { context, timeoutSeconds }: { context: Context; timeoutSeconds: number },
): Promise<Device> {
  const limit = formatDuration(timeoutSeconds * 1000);
  context.progress(`waiting up to ${limit} for FortiZTP to take it over from FortiCare`);
  const tooLate = () =>
    new Error(
      `${serial} has not appeared in FortiZTP within ${limit}, though this program registers it in FortiCare. Run ` +
        "`pulumi up` again to go on waiting (timeoutSeconds says how long); if it never comes, check that FortiZTP provisions " +
        "this model, and that it is registered in the account of the API user",
    );
  const deadline = systemClock.now() + timeoutSeconds * 1000;
  const device = await fleet.waitToAppear(serial, { signal: context.signal, deadline, tooLate });
  context.progress("");
  return device;
}
