import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  ConfigureRequest,
  CreateRequest,
  type CreateResponse,
  ErrorResourceInitFailed,
} from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { expect, onTestFinished, test } from "vitest";
import { startSimulators } from "../../simulators";
import { startEngine, until } from "./support";

const urn = "urn:pulumi:dev::fleet::pulumi-nodejs:dynamic/fortiztp:Device::berlin";
const root = process.cwd();

/** Starts the engine's own process for dynamic providers, in a folder from which this package resolves. */
async function startDynamicProvider(
  engineAddress: string,
  environment: NodeJS.ProcessEnv,
): Promise<ResourceProviderClient> {
  const script = join(root, "node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js");
  const child: ChildProcess = spawn(process.execPath, [script, engineAddress], {
    cwd: join(root, "examples/fleet"),
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  onTestFinished(async () => {
    child.kill();
    await ended;
  });
  if (!child.stdout) throw new Error("there is no output to read the port from");
  const [port] = await once(createInterface({ input: child.stdout }), "line");
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  onTestFinished(() => client.close());
  return client;
}

function create(client: ResourceProviderClient, properties: { [key: string]: string }) {
  const request = new CreateRequest();
  request.setUrn(urn);
  request.setProperties(Struct.fromJavaScript(properties));
  return new Promise<CreateResponse>((resolve, reject) => {
    client.create(request, new Metadata(), (error: ServiceError | null, reply) =>
      error ? reject(error) : resolve(reply),
    );
  });
}

test("a create that waits for a device ends with what was accepted when the user cancels the run", async () => {
  const simulators = await startSimulators();
  onTestFinished(() => simulators.close());
  const { authUrl, fortiztpUrl, apiId, password } = simulators.describe().fortinet;
  const { address, logs } = await startEngine();
  const client = await startDynamicProvider(address, {
    ZTP_FORTINET_AUTH_URL: authUrl,
    ZTP_FORTINET_FORTIZTP_URL: fortiztpUrl,
    ZTP_FORTINET_API_ID: apiId,
    ZTP_FORTINET_PASSWORD: password,
    ZTP_FORTINET_POLL_SECONDS: "0.05",
    PULUMI_CONFIG: "{}",
  });
  const configure = new ConfigureRequest();
  configure.setArgs(Struct.fromJavaScript({}));
  await new Promise<void>((resolve, reject) => {
    client.configure(configure, (error) => (error ? reject(error) : resolve()));
  });

  const creating = create(client, {
    __provider: 'exports.handler=()=>require("pulumi-ztp/dynamic/v1").handler("fortiztp:Device")',
    __urn: urn,
    serial: "FGT60FTK22090001",
    provisionTarget: "FortiGateCloud",
    region: "europe",
    waitFor: "provisioned",
  });
  const failure = creating.then(
    () => Promise.reject(new Error("the create ended by itself")),
    (error: ServiceError) => error,
  );
  await until(() => logs.some(({ message, ephemeral }) => ephemeral && message.includes("waiting")));
  await new Promise<void>((resolve, reject) => {
    client.cancel(new Empty(), (error) => (error ? reject(error) : resolve()));
  });

  const [details] = (await failure).metadata.get("grpc-status-details-bin");
  const [detail] = Status.deserializeBinary(Buffer.from(details ?? "")).getDetailsList();
  const failed = detail?.unpack(ErrorResourceInitFailed.deserializeBinary, "pulumirpc.ErrorResourceInitFailed");
  expect(failed?.getId()).toBe("FGT60FTK22090001");
  expect(failed?.getReasonsList()).toEqual(["interrupted; run `pulumi up` again to continue"]);
  expect(failed?.getProperties()?.toJavaScript()).toMatchObject({
    serial: "FGT60FTK22090001",
    provisionStatus: "incomplete",
    __urn: urn,
    __unfinished: "interrupted; run `pulumi up` again to continue",
  });
});
