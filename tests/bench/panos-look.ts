import { type Files, nodeFiles } from "../../provider/clients/panos/files";
import { createPanos } from "../../provider/clients/panos/panos";
import { Clock, generateFirewalls, startSimulators } from "../../simulators";

/** What the client does to a directory, by kind of operation. */
function counted(): { files: Files; count(): number } {
  let operations = 0;
  const files = new Proxy(nodeFiles, {
    get: (target, name: keyof Files) => {
      operations++;
      return target[name];
    },
  });
  return { files, count: () => operations };
}

/** File operations of one look at so many jobs that are in flight, the second time, when none of them has moved. */
export async function measurePanosLook(jobs: number): Promise<number> {
  const clock = new Clock({ frozen: true });
  const devices = generateFirewalls(jobs);
  const simulators = await startSimulators({ clock, panos: { devices, variants: { workers: 50 } } });
  try {
    const { files, count } = counted();
    const client = createPanos({ baseDir: simulators.panos.baseDir, files });
    const ids = devices.map(({ serial }) => `bench-${serial}`);
    for (const { serial } of devices) {
      await client.jobs.submit({ id: `bench-${serial}`, type: "standalone", devices: [serial] });
    }
    // They are taken up, and then nothing moves.
    clock.advance(20_000);
    await simulators.panos.settle();
    const look = () => Promise.all(ids.map((id) => client.jobs.report(id)));
    await look();
    // What has been written within a second is read once more.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await look();
    const before = count();
    const reports = await look();
    const open = reports.filter((report) => report?.verdict.kind !== "settling" && !report?.error).length;
    if (open !== jobs) throw new Error(`Only ${open} of ${jobs} jobs are in flight.`);
    return count() - before;
  } finally {
    await simulators.close();
  }
}
