import { PluginProvider } from "../../provider/hosts/plugin";
import { registry } from "../../provider/registry";
import { median } from "./statistics";

const repetitions = 2000;
const warmUps = 500;

/** Milliseconds for the check and the diff of one resource that has not changed, without the engine and gRPC. */
export function measureCheckAndDiff(): number {
  const credentials = { ZTP_FORTINET_API_ID: "id", ZTP_FORTINET_PASSWORD: "password" };
  const provider = new PluginProvider(registry, "0.0.0", undefined, credentials);
  const type = "ztp:fortiztp:Device";
  const urn = `urn:pulumi:dev::bench::${type}::berlin`;
  const inputs = {
    serial: "FGT60FTK22090001",
    provisionTarget: "FortiManager",
    fortiManagerOid: 201,
    useDefaultScript: true,
  };
  const outputs = {
    ...inputs,
    provisionStatus: "incomplete",
    provisionSubStatus: "waiting",
    provisioningStartedAt: "2025-01-31T12:00:00.000Z",
    effectiveDeviceType: "FortiGate",
  };
  const times: number[] = [];
  for (let run = 0; run < warmUps + repetitions; run++) {
    const started = performance.now();
    const { inputs: news, failures } = provider.check({ urn, type, olds: inputs, news: inputs });
    const { changes } = provider.diff({ urn, type, id: inputs.serial, oldInputs: inputs, olds: outputs, news });
    times.push(performance.now() - started);
    if (failures?.length || changes !== 1) throw new Error("An unchanged resource was refused or found changed.");
  }
  return median(times.slice(warmUps));
}
