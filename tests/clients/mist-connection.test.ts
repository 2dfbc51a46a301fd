import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer as createPlainServer } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo, connect, createServer as createSocketServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { selfSignedCertificate, selfSignedKey } from "../../simulators/core/self-signed";
import { vendorError } from "./fortinet-support";
import { setup } from "./mist-support";
import { answer, serve } from "./support";

const folder = mkdtempSync(join(tmpdir(), "mist-connection-"));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** A gateway that lets nobody through without a certificate. */
async function strictGateway(): Promise<string> {
  const options = { key: selfSignedKey, cert: selfSignedCertificate, ca: selfSignedCertificate, requestCert: true };
  const server = createServer(options, (_request, response) => response.end('{"ok":true}'));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("a client certificate opens a gateway, with its key in the same file or in one of its own", async () => {
  const { clientWith } = await setup({ client: { baseUrl: await strictGateway(), maxRetries: 0 } });
  const caFile = file("ca.pem", selfSignedCertificate);
  await vendorError(clientWith({ caFile }).get("/x"));
  const clientCertificateFile = file("certificate.pem", selfSignedCertificate);
  const clientKeyFile = file("key.pem", selfSignedKey);
  expect(await clientWith({ caFile, clientCertificateFile, clientKeyFile }).get("/x")).toEqual({ ok: true });
  const both = file("both.pem", `${selfSignedCertificate}\n${selfSignedKey}`);
  expect(await clientWith({ caFile, clientCertificateFile: both }).get("/x")).toEqual({ ok: true });
  const missing = join(folder, "missing.pem");
  const failure = await vendorError(clientWith({ caFile, clientCertificateFile: missing }).get("/x"));
  expect(failure.message).toContain(`the file ${missing} cannot be read (ENOENT)`);
});

test("mist_library#23: a configured proxy wins over that of the environment, but for the hosts that are exempt", async () => {
  const proxy = await serve((call, response) => answer(response, 200, { via: call.url }));
  vi.stubEnv("HTTP_PROXY", "http://127.0.0.1:1");
  vi.stubEnv("NO_PROXY", "");
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const { clientWith, simulators } = await setup();
  const client = clientWith({ baseUrl: "http://mist.invalid", proxy: proxy.url, noProxy: "127.0.0.1" });
  expect(await client.get("/x")).toEqual({ via: "http://mist.invalid/api/v1/x" });
  const direct = clientWith({ proxy: proxy.url, noProxy: "127.0.0.1", baseUrl: simulators.mist.url });
  expect(await direct.self()).toMatchObject({ name: "automation" });
  expect(proxy.calls).toHaveLength(1);
});

test("a proxy that asks for other credentials does not show those that it was given", async () => {
  const server = createPlainServer().on("connect", (_request, socket) => {
    socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  const proxy = `http://me:needle-password@127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { clientWith } = await setup({ client: { maxRetries: 0, noProxy: "" } });
  const failure = await vendorError(clientWith({ baseUrl: "https://mist.invalid", proxy }).get("/x"));
  expect(failure.message).toContain("the proxy did not let the call through: it asks for credentials (407)");
  expect(failure.message).not.toContain("needle");
});

/** A SOCKS5 proxy without authentication that leads to one server, whatever host it is asked for, and remembers which. */
async function socksProxy(target: string) {
  const asked: string[] = [];
  const server = createSocketServer((socket) => {
    socket.once("data", () => {
      socket.write(Buffer.from([5, 0]));
      socket.once("data", (request) => {
        asked.push(request.subarray(5, 5 + (request[4] ?? 0)).toString());
        socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
        const onward = connect(Number(new URL(target).port), "127.0.0.1");
        socket.pipe(onward).pipe(socket);
        onTestFinished(() => {
          onward.destroy();
        });
      });
    });
    socket.on("error", () => {});
    onTestFinished(() => {
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  return { url: `socks5://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test("a SOCKS5 proxy leads to hosts that only it knows", async () => {
  const { clientWith, simulators } = await setup();
  const proxy = await socksProxy(simulators.mist.url);
  const client = clientWith({ baseUrl: "http://mist.invalid", proxy: proxy.url, noProxy: "" });
  expect(await client.self()).toMatchObject({ name: "automation" });
  expect(proxy.asked).toEqual(["mist.invalid"]);
});
