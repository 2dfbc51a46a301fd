import type { Func, Resource } from "./resource";
import { type Field, type Fields, type ObjectShape, others, type Shape } from "./shape";

interface Registered {
  config: readonly { name: string; doc: string; fields: Fields }[];
  resources: readonly Resource[];
  functions: readonly Func[];
}
interface TypeSpec {
  [key: string]: unknown;
}
interface PropertySpec extends TypeSpec {
  description: string;
}
interface ObjectSpec {
  type: "object";
  description?: string;
  properties: { [name: string]: PropertySpec };
  required?: string[];
}

/** The Pulumi package schema of everything that is registered: what `pulumi do`, YAML and other languages read. */
export function packageSchema(registered: Registered, name: string, version: string): TypeSpec {
  const types: { [token: string]: ObjectSpec } = {};
  const writer = new SchemaWriter(name, types);
  return {
    name,
    version,
    displayName: "Zero-touch provisioning",
    description: "Zero-touch provisioning of network and server hardware as code.",
    keywords: ["pulumi", "ztp", "category/network", "kind/native"],
    license: "Apache-2.0",
    meta: { moduleFormat: "(.*)" },
    config: { variables: writer.configuration(registered) },
    provider: {
      description: "One account of each vendor that the program uses.",
      inputProperties: writer.configuration(registered),
    },
    types,
    resources: Object.fromEntries(
      registered.resources.map((resource) => [`${name}:${resource.token}`, writer.resource(resource)]),
    ),
    functions: Object.fromEntries(registered.functions.map((func) => [`${name}:${func.token}`, writer.func(func)])),
  };
}

class SchemaWriter {
  constructor(
    private readonly packageName: string,
    private readonly types: { [token: string]: ObjectSpec },
  ) {}

  configuration({ config }: Registered): { [name: string]: PropertySpec } {
    const sections = config.map(({ name, doc, fields }) => {
      const shape: ObjectShape = {
        kind: "object",
        name: `${name[0]?.toUpperCase()}${name.slice(1)}Config`,
        doc,
        fields,
      };
      const secret = Object.values(fields).some((field) => field.secret);
      return [name, { ...this.type(shape, "config"), description: doc, ...(secret && { secret }) }] as const;
    });
    return Object.fromEntries(sections);
  }

  resource(resource: Resource): TypeSpec {
    const module = moduleOf(resource.token);
    const inputs = this.properties(resource.inputs, module);
    const outputs = this.properties(resource.outputs, module);
    const required = [...requiredOf(resource.inputs), ...requiredOf(resource.outputs)];
    return {
      description: describe(resource.doc, resource.example),
      properties: { ...inputs, ...outputs },
      required,
      inputProperties: inputs,
      requiredInputs: requiredOf(resource.inputs),
      // Its presence is what makes `pulumi do <type> list` exist.
      ...(resource.list && { listInputs: { type: "object", properties: {} } }),
    };
  }

  func(func: Func): TypeSpec {
    const module = moduleOf(func.token);
    return {
      description: func.doc,
      inputs: objectSpec(this.properties(func.inputs, module), requiredOf(func.inputs)),
      outputs: objectSpec(this.properties(func.outputs, module), requiredOf(func.outputs)),
    };
  }

  private properties(fields: Fields, module: string): { [name: string]: PropertySpec } {
    return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, this.property(field, module)]));
  }

  private property(field: Field, module: string): PropertySpec {
    return { ...this.type(field.shape, module), description: field.doc, ...(field.secret && { secret: true }) };
  }

  private type(shape: Shape, module: string): TypeSpec {
    switch (shape.kind) {
      case "string":
      case "number":
      case "integer":
      case "boolean":
        return { type: shape.kind };
      case "list":
        return { type: "array", items: this.type(shape.item, module) };
      case "map":
        return { type: "object", additionalProperties: this.type(shape.value, module) };
      case "any":
      case "chosen":
        return { $ref: "pulumi.json#/Any" };
      case "union":
        return { oneOf: shape.options.map((option) => this.type(option, module)) };
      case "object": {
        // The schema knows objects of declared properties or maps, and nothing that is both.
        if (shape.fields[others]) return { type: "object", additionalProperties: { $ref: "pulumi.json#/Any" } };
        const token = `${this.packageName}:${module}:${shape.name}`;
        if (!this.types[token]) {
          // Registered before its properties, so that a type may hold itself.
          this.types[token] = { type: "object", properties: {} };
          const spec = objectSpec(this.properties(shape.fields, module), requiredOf(shape.fields));
          this.types[token] = { ...spec, type: "object", ...(shape.doc && { description: shape.doc }) };
        }
        return { $ref: `#/types/${token}` };
      }
    }
  }
}

function objectSpec(properties: { [name: string]: PropertySpec }, required: string[]): ObjectSpec {
  return { type: "object", properties, ...(required.length > 0 && { required }) };
}

function requiredOf(fields: Fields): string[] {
  return Object.keys(fields).filter((key) => fields[key]?.required);
}

function moduleOf(token: string): string {
  return token.split(":")[0] as string;
}

function describe(doc: string, example: string | undefined): string {
  return example ? `${doc}\n\n## Example\n\n\`\`\`typescript\n${example}\n\`\`\`` : doc;
}
