import type { Json, JsonMap } from "../core/values";
import type { Reader, Writer } from "./protobuf";

// google.protobuf.Struct: fields = 1 (key = 1, value = 2); Value: null 1, number 2, string 3, bool 4, struct 5, list 6.

export function readStruct(reader: Reader): JsonMap {
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

export function writeStruct(writer: Writer, map: JsonMap): void {
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
