import { type Codec, message } from "./wire";

/** The messages of the provider protocol that we use, with the field numbers of `pulumi/provider.proto`. */

export const checkFailure = message({ property: [1, "string"], reason: [2, "string"] });
export const propertyDiff = message({ kind: [1, "int"], inputDiff: [2, "bool"] });
export const empty = message({});

export const checkRequest = message({
  urn: [1, "string"],
  olds: [2, "struct"],
  news: [3, "struct"],
  type: [7, "string"],
});
export const checkResponse = message({ inputs: [1, "struct"], failures: [2, { list: checkFailure }] });

export const diffRequest = message({
  id: [1, "string"],
  urn: [2, "string"],
  olds: [3, "struct"],
  news: [4, "struct"],
  oldInputs: [6, "struct"],
  type: [8, "string"],
});
export const diffResponse = message({
  replaces: [1, "strings"],
  deleteBeforeReplace: [3, "bool"],
  changes: [4, "int"],
  diffs: [5, "strings"],
  detailedDiff: [6, { map: propertyDiff }],
  hasDetailedDiff: [7, "bool"],
});

export const configureRequest = message({
  args: [2, "struct"],
  id: [7, "string"],
  urn: [8, "string"],
  name: [9, "string"],
});

export const createRequest = message({
  urn: [1, "string"],
  properties: [2, "struct"],
  timeout: [3, "double"],
  preview: [4, "bool"],
  type: [6, "string"],
});
export const createResponse = message({ id: [1, "string"], properties: [2, "struct"] });

export const readRequest = message({
  id: [1, "string"],
  urn: [2, "string"],
  properties: [3, "struct"],
  inputs: [4, "struct"],
  type: [6, "string"],
  timeout: [10, "double"],
});
export const readResponse = message({ id: [1, "string"], properties: [2, "struct"], inputs: [3, "struct"] });

export const updateRequest = message({
  id: [1, "string"],
  urn: [2, "string"],
  olds: [3, "struct"],
  news: [4, "struct"],
  timeout: [5, "double"],
  preview: [7, "bool"],
  oldInputs: [8, "struct"],
  type: [10, "string"],
});
export const updateResponse = message({ properties: [1, "struct"] });

export const deleteRequest = message({
  id: [1, "string"],
  urn: [2, "string"],
  properties: [3, "struct"],
  timeout: [4, "double"],
  oldInputs: [5, "struct"],
  type: [7, "string"],
});

export const invokeRequest = message({ token: [1, "string"], args: [2, "struct"], preview: [7, "bool"] });
export const invokeResponse = message({ return: [1, "struct"], failures: [2, { list: checkFailure }] });

const listResult = message({ id: [1, "string"], name: [2, "string"] });
const listContinuation = message({ token: [1, "string"] });
export const listRequest = message({
  token: [1, "string"],
  query: [2, "struct"],
  limit: [3, "int"],
  pageSize: [4, "int"],
  continuationToken: [5, "string"],
});
export const listResponse = message({
  computed: [1, { message: empty }],
  result: [2, { message: listResult }],
  continuation: [3, { message: listContinuation }],
});

export const handshakeRequest = message({ engineAddress: [1, "string"] });
export const handshakeResponse = message({
  acceptSecrets: [1, "bool"],
  acceptResources: [2, "bool"],
  acceptOutputs: [3, "bool"],
});
export const configureResponse = message({
  acceptSecrets: [1, "bool"],
  supportsPreview: [2, "bool"],
  acceptResources: [3, "bool"],
  acceptOutputs: [4, "bool"],
});
export const attachRequest = message({ address: [1, "string"] });
export const pluginInfo = message({ version: [1, "string"] });
export const schemaResponse = message({ schema: [1, "string"] });
export const mappingResponse = message({ provider: [1, "string"] });
export const logRequest = message({
  severity: [1, "int"],
  message: [2, "string"],
  urn: [3, "string"],
  ephemeral: [5, "bool"],
});

export type MessageType<C> = C extends Codec<infer T> ? T : never;

/** google.rpc.Status with one ErrorResourceInitFailed: how a failure keeps an id and outputs in state. */
const initFailed = message({
  id: [1, "string"],
  properties: [2, "struct"],
  reasons: [3, "strings"],
  inputs: [4, "struct"],
});
const any = message({ typeUrl: [1, "string"], value: [2, { message: initFailed }] });
const status = message({ code: [1, "int"], message: [2, "string"], details: [3, { list: any }] });

export function initFailedDetails(code: number, detail: MessageType<typeof initFailed>): Buffer {
  const value = { typeUrl: "type.googleapis.com/pulumirpc.ErrorResourceInitFailed", value: detail };
  return status.encode({ code, message: "the operation did not end", details: [value] });
}
