/** Reading and writing of protobuf bytes: varints, doubles, texts and nested messages. */

export class Reader {
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

export class Writer {
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
