import type { JsonMap } from "../../provider/core/values";
import { PluginProvider } from "../../provider/hosts/plugin";
import { registry } from "../../provider/registry";
import { median } from "./statistics";

/** Milliseconds for the check and the diff of one device that has not changed, without the engine and gRPC. */
export function measureCheckAndDiff(): number {
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
  return measure("ztp:fortiztp:Device", inputs.serial, inputs, outputs, { repetitions: 2000, warmUps: 500 });
}

/** The same for a network template of Mist of at least so many bytes of JSON. */
export function measureCheckAndDiffOfTemplate(bytes: number): number {
  const portUsages: { [name: string]: JsonMap } = {};
  const inputs = { name: "bench", networks: { office: { vlanId: 20 } }, portUsages };
  for (let number = 1; JSON.stringify(inputs).length < bytes; number++) {
    portUsages[`usage-${number}`] = {
      mode: "trunk",
      portNetwork: "office",
      networks: ["office", "voice", "guests"],
      stpEdge: true,
      speed: "auto",
      mtu: 1514,
      stormControl: { percentage: 80, noBroadcast: false },
      rules: [{ src: "lldp_system_name", equals: "phone", usage: `usage-${number}` }],
    };
  }
  const id = "00000000-0000-4000-8000-000000000001";
  const outputs = { ...inputs, organizationId: id, createdTime: 1, modifiedTime: 1 };
  return measure("ztp:mist:NetworkTemplate", id, inputs, outputs, { repetitions: 200, warmUps: 50 });
}

function measure(
  type: string,
  id: string,
  inputs: JsonMap,
  outputs: JsonMap,
  { repetitions, warmUps }: { repetitions: number; warmUps: number },
): number {
  const credentials = { ZTP_FORTINET_API_ID: "id", ZTP_FORTINET_PASSWORD: "password", ZTP_MIST_API_TOKEN: "token" };
  const provider = new PluginProvider(registry, "0.0.0", undefined, credentials);
  const urn = `urn:pulumi:dev::bench::${type}::bench`;
  const times: number[] = [];
  // Nothing that comes over the wire twice is one object.
  const [olds, given, oldInputs, news] = [inputs, inputs, inputs, inputs].map((map) => structuredClone(map));
  for (let run = 0; run < warmUps + repetitions; run++) {
    const started = performance.now();
    const { failures } = provider.check({ urn, type, olds, news: given });
    const { changes } = provider.diff({ urn, type, id, oldInputs, olds: outputs, news });
    times.push(performance.now() - started);
    if (failures?.length || changes !== 1) throw new Error("An unchanged resource was refused or found changed.");
  }
  return median(times.slice(warmUps));
}
