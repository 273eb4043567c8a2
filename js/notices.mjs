// The licences of the packages that the bundles contain, as one text, which must travel with them.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const PACKAGE = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/** Folders of the packages of which something is in a bundle, by their names. */
export function packagesIn(metafile) {
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  const found = used.map(([path]) => PACKAGE.exec(path)).filter((match) => match !== null);
  return new Map(found.map(([folder, name]) => [name, folder]));
}

async function licenceOf(name, folder) {
  const files = await readdir(folder);
  const file = files.find((one) => /^(licen[cs]e|copying)(\.|$)/i.test(one));
  if (!file) throw new Error(`${name} is in a bundle and has no licence file`);
  return (await readFile(join(folder, file), "utf8")).replaceAll("\r\n", "\n").trim();
}

/** The notices: packages of one licence text stand together above it. */
export async function notices(packages) {
  const byText = new Map();
  for (const [name, folder] of [...packages].sort()) {
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const text = await licenceOf(name, folder);
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const parts = [...byText].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`);
  const head =
    "The files in this folder contain parts of the packages below, under their licences.\n";
  return [head, ...parts].join(`\n${"-".repeat(80)}\n\n`);
}
