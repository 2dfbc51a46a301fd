import type * as pulumi from "@pulumi/pulumi";

/** A value that may be, or at any depth hold, an output or a promise. */
export type Inputs<T> = pulumi.Input<Inside<T>>;

type Inside<T> = T extends readonly (infer Item)[]
  ? Inputs<Item>[]
  : T extends object
    ? { [Key in keyof T]: Inputs<T[Key]> }
    : T;
