import type { JsonMap } from "../core/values";
import { Reader, Writer } from "./protobuf";
import { readStruct, writeStruct } from "./struct";

/**
 * A small protobuf codec for the provider protocol. The generated code of google-protobuf spends 7 to 18 times the CPU
 * on a Struct, in calls that the engine makes one after the other, and costs memory and start-up time besides.
 */
export interface Codec<T> {
  encode(value: Partial<T>): Buffer;
  decode(bytes: Uint8Array): T;
}

interface KindTypes {
  string: string;
  bool: boolean;
  /** double */
  double: number;
  /** int64 and enum: whole numbers up to 2^53 */
  int: number;
  struct: JsonMap | undefined;
  strings: string[];
}
type Kind = keyof KindTypes | { list: Codec<unknown> } | { map: Codec<unknown> } | { message: Codec<unknown> };
type FieldOf<K> = K extends keyof KindTypes
  ? KindTypes[K]
  : K extends { list: Codec<infer T> }
    ? T[]
    : K extends { map: Codec<infer T> }
      ? { [key: string]: T }
      : K extends { message: Codec<infer T> }
        ? T | undefined
        : never;
type Layout = { [name: string]: readonly [number: number, kind: Kind] };
type MessageOf<L extends Layout> = { [K in keyof L]: FieldOf<L[K][1]> };

/** A message by the numbers and kinds of its fields; unknown fields are skipped. */
export function message<const L extends Layout>(layout: L): Codec<MessageOf<L>> {
  const fields = Object.entries(layout).map(([name, [number, kind]]) => ({ name, number, kind }));
  const byNumber = new Map(fields.map((field) => [field.number, field]));
  return {
    encode(value) {
      const writer = new Writer();
      for (const { name, number, kind } of fields) writeField(writer, number, kind, value[name]);
      return writer.finish();
    },
    decode(bytes) {
      const result: { [name: string]: unknown } = {};
      for (const { name, kind } of fields) result[name] = emptyOf(kind);
      const reader = new Reader(bytes);
      while (!reader.done) {
        const tag = reader.varint();
        const field = byNumber.get(tag >>> 3);
        if (field) result[field.name] = readField(reader, field.kind, result[field.name]);
        else reader.skip(tag & 7);
      }
      return result as MessageOf<L>;
    },
  };
}

function emptyOf(kind: Kind): unknown {
  switch (kind) {
    case "string":
      return "";
    case "bool":
      return false;
    case "double":
    case "int":
      return 0;
    case "struct":
      return undefined;
    case "strings":
      return [];
  }
  if ("list" in kind) return [];
  return "map" in kind ? {} : undefined;
}

function readField(reader: Reader, kind: Kind, current: unknown): unknown {
  switch (kind) {
    case "string":
      return reader.text();
    case "bool":
      return reader.varint() !== 0;
    case "double":
      return reader.double();
    case "int":
      return reader.varint();
    case "struct":
      return readStruct(reader.nested());
    case "strings":
      return [...(current as string[]), reader.text()];
  }
  if ("list" in kind) return [...(current as unknown[]), kind.list.decode(reader.bytes())];
  if ("message" in kind) return kind.message.decode(reader.bytes());
  const entry = reader.nested();
  let key = "";
  let value: unknown;
  while (!entry.done) {
    const tag = entry.varint();
    if (tag >>> 3 === 1) key = entry.text();
    else value = kind.map.decode(entry.bytes());
  }
  return { ...(current as object), [key]: value };
}

function writeField(writer: Writer, number: number, kind: Kind, value: unknown): void {
  if (value === undefined || value === "" || value === false || value === 0) return;
  switch (kind) {
    case "string":
      writer.text(number, value as string);
      return;
    case "bool":
    case "int":
      writer.varintField(number, Number(value));
      return;
    case "double":
      writer.double(number, value as number);
      return;
    case "struct":
      writer.nested(number, () => writeStruct(writer, value as JsonMap));
      return;
    case "strings":
      for (const text of value as string[]) writer.text(number, text);
      return;
  }
  if ("list" in kind) {
    for (const item of value as object[]) writer.bytes(number, kind.list.encode(item));
  } else if ("message" in kind) {
    writer.bytes(number, kind.message.encode(value as object));
  } else {
    for (const [key, item] of Object.entries(value as object)) {
      writer.nested(number, () => {
        writer.text(1, key);
        writer.bytes(2, kind.map.encode(item as object));
      });
    }
  }
}
