import type { Json, JsonMap } from "../core/values";

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

// google.protobuf.Struct: fields = 1 (key = 1, value = 2); Value: null 1, number 2, string 3, bool 4, struct 5, list 6.

function readStruct(reader: Reader): JsonMap {
  const result: JsonMap = {};
  while (!reader.done) {
    reader.varint();
    const entry = reader.nested();
    let key = "";
    let value: Json = null;
    while (!entry.done) {
      if (entry.varint() >>> 3 === 1) key = entry.text();
      else value = readValue(entry.nested());
    }
    // A plain assignment to "__proto__" would set the prototype.
    if (key === "__proto__") Object.defineProperty(result, key, { value, enumerable: true, writable: true });
    else result[key] = value;
  }
  return result;
}

function readValue(reader: Reader): Json {
  let value: Json = null;
  while (!reader.done) {
    switch (reader.varint() >>> 3) {
      case 1:
        reader.varint();
        value = null;
        break;
      case 2:
        value = reader.double();
        break;
      case 3:
        value = reader.text();
        break;
      case 4:
        value = reader.varint() !== 0;
        break;
      case 5:
        value = readStruct(reader.nested());
        break;
      case 6: {
        const list = reader.nested();
        const items: Json[] = [];
        while (!list.done) {
          list.varint();
          items.push(readValue(list.nested()));
        }
        value = items;
      }
    }
  }
  return value;
}

function writeStruct(writer: Writer, map: JsonMap): void {
  for (const key of Object.keys(map)) {
    writer.nested(1, () => {
      writer.text(1, key);
      writer.nested(2, () => writeValue(writer, map[key] as Json));
    });
  }
}

function writeValue(writer: Writer, value: Json): void {
  switch (typeof value) {
    case "number":
      writer.double(2, value);
      return;
    case "string":
      writer.text(3, value);
      return;
    case "boolean":
      writer.varintField(4, Number(value));
      return;
  }
  if (value === null) writer.varintField(1, 0);
  else if (Array.isArray(value)) {
    writer.nested(6, () => {
      for (const item of value) writer.nested(1, () => writeValue(writer, item));
    });
  } else writer.nested(5, () => writeStruct(writer, value));
}

class Reader {
  private readonly buffer: Buffer;
  private position: number;
  private readonly end: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.position = start;
    this.end = end;
  }

  get done(): boolean {
    return this.position >= this.end;
  }

  varint(): number {
    let result = 0;
    let factor = 1;
    for (;;) {
      const byte = this.buffer[this.position++];
      if (byte === undefined) throw new Error("a protobuf message ends too early");
      result += (byte & 127) * factor;
      if (byte < 128) return result;
      factor *= 128;
    }
  }

  double(): number {
    this.position += 8;
    return this.buffer.readDoubleLE(this.position - 8);
  }

  text(): string {
    const length = this.varint();
    this.position += length;
    return this.buffer.toString("utf8", this.position - length, this.position);
  }

  bytes(): Buffer {
    const length = this.varint();
    this.position += length;
    return this.buffer.subarray(this.position - length, this.position);
  }

  nested(): Reader {
    const length = this.varint();
    this.position += length;
    return new Reader(this.buffer, this.position - length, this.position);
  }

  skip(wireType: number): void {
    if (wireType === 0) this.varint();
    else if (wireType === 1) this.position += 8;
    else if (wireType === 2) this.bytes();
    else if (wireType === 5) this.position += 4;
    else throw new Error(`unsupported protobuf wire type ${wireType}`);
  }
}

class Writer {
  private buffer = Buffer.allocUnsafe(1024);
  private position = 0;

  finish(): Buffer {
    return this.buffer.subarray(0, this.position);
  }

  varintField(number: number, value: number): void {
    this.varint(number * 8);
    this.varint(value);
  }

  double(number: number, value: number): void {
    this.varint(number * 8 + 1);
    this.reserve(8);
    this.position = this.buffer.writeDoubleLE(value, this.position);
  }

  text(number: number, value: string): void {
    this.varint(number * 8 + 2);
    const length = Buffer.byteLength(value);
    this.varint(length);
    this.reserve(length);
    this.position += this.buffer.write(value, this.position, length, "utf8");
  }

  bytes(number: number, value: Buffer): void {
    this.varint(number * 8 + 2);
    this.varint(value.length);
    this.reserve(value.length);
    this.position += value.copy(this.buffer, this.position);
  }

  /** Writes a length that is known only afterwards: one byte is kept free, and the body moves when it needs more. */
  nested(number: number, body: () => void): void {
    this.varint(number * 8 + 2);
    this.reserve(1);
    const lengthAt = this.position++;
    body();
    const length = this.position - lengthAt - 1;
    if (length < 128) {
      this.buffer[lengthAt] = length;
      return;
    }
    const extra = varintSize(length) - 1;
    this.reserve(extra);
    this.buffer.copyWithin(lengthAt + 1 + extra, lengthAt + 1, this.position);
    this.position = lengthAt;
    this.varint(length);
    this.position += length;
  }

  private varint(value: number): void {
    this.reserve(10);
    let rest = value;
    while (rest >= 128) {
      this.buffer[this.position++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.buffer[this.position++] = rest;
  }

  private reserve(size: number): void {
    if (this.position + size <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.position + size));
    this.buffer.copy(larger, 0, 0, this.position);
    this.buffer = larger;
  }
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++;
  return size;
}
