// Prints, as JSON, the shapes that TypeScript declares for what Python sends: node js/schema.mjs. A test in Python holds them
// against what Python really fills.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { API, SymbolFlags, TypeFlags } from "typescript/unstable/sync";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** The declared types to print, by file. */
const roots = {
  "js/src/wire/traits.ts": ["Traits"],
  "js/src/wire/requests.ts": ["Replies", "RequestError"],
  "js/src/wire/metrics.ts": ["MetricRow"],
  "js/src/wire/chart.ts": ["SeriesRow"],
  "js/src/saved/page.ts": ["Page"],
};

const plain = {
  string: TypeFlags.String,
  number: TypeFlags.Number,
  boolean: TypeFlags.Boolean,
  null: TypeFlags.Null,
  any: TypeFlags.Any | TypeFlags.Unknown,
};

class Printer {
  /** Interfaces by name; those met on the way are added. */
  types = {};
  #checker;

  constructor(checker) {
    this.#checker = checker;
  }

  /** A type: {type}, {value} of a literal, {array}, {tuple}, {record}, {ref} to an interface, {fields}, {union}. */
  shape(type) {
    for (const [name, flags] of Object.entries(plain))
      if (type.flags & flags) return { type: name };
    if (type.isLiteralType()) return { value: type.value };
    if (type.isUnionType()) {
      const parts = type.getTypes().filter((part) => !(part.flags & TypeFlags.Undefined));
      return parts.length === 1
        ? this.shape(parts[0])
        : { union: parts.map((part) => this.shape(part)) };
    }
    if (this.#checker.isTupleType(type))
      return { tuple: this.#checker.getTypeArguments(type).map((part) => this.shape(part)) };
    if (this.#checker.isArrayType(type))
      return { array: this.shape(this.#checker.getTypeArguments(type)[0]) };
    const name = type.getSymbol()?.name ?? "";
    // Bytes travel beside the JSON.
    if (["ArrayBuffer", "DataView", "Uint8Array"].includes(name)) return { type: "bytes" };
    const [index] = this.#checker.getIndexInfosOfType(type);
    if (index) return { record: this.shape(index.valueType) };
    if (!type.isClassOrInterface()) return { fields: this.#fields(type) };
    if (!(name in this.types)) {
      this.types[name] = {};
      Object.assign(this.types[name], this.#fields(type));
    }
    return { ref: name };
  }

  #fields(type) {
    return Object.fromEntries(
      this.#checker.getPropertiesOfType(type).map((field) => [
        field.name,
        {
          ...this.shape(this.#checker.getTypeOfSymbol(field)),
          ...(field.flags & SymbolFlags.Optional && { optional: true }),
        },
      ]),
    );
  }
}

const api = new API({ cwd: root });
try {
  const config = join(root, "tsconfig.json");
  const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
  if (!project) throw new Error("tsconfig.json is no project");
  const printer = new Printer(project.checker);
  for (const [file, names] of Object.entries(roots)) {
    const source = project.program.getSourceFile(join(root, file));
    const exported = project.checker.getSymbolAtLocation(source).getExports();
    for (const name of names)
      printer.shape(project.checker.getDeclaredTypeOfSymbol(exported.get(name)));
  }
  console.log(JSON.stringify(printer.types, null, 1));
} finally {
  api.close();
}
