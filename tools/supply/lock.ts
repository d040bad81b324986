/** What package.json asks for, what package-lock.json pins, and whether both can be trusted. */
export interface Package {
  readonly version: string;
  readonly license?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
}
type Wanted = Readonly<Record<string, string>>;
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Wanted;
  readonly devDependencies?: Wanted;
  readonly optionalDependencies?: Wanted;
}
export interface Lock {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, Package & Partial<Manifest>>>;
}

const REGISTRY = "https://registry.npmjs.org/";
/** One version, as https://semver.org writes it, and not a range. */
const EXACT = /^\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.-]+)?$/;
const GROUPS = ["dependencies", "devDependencies", "optionalDependencies"] as const;

/** The name of the package that is at `place`, a key of the lock: `node_modules/a/node_modules/@b/c` is `@b/c`. */
export const nameAt = (location: string): string =>
  location.slice(location.lastIndexOf("node_modules/") + "node_modules/".length);

/**
 * Sentences about what is wrong; none when every version is exact, both files agree, and every package
 * comes from npm's registry with the SHA-512 of its bytes. A package without an address (npm's
 * `omit-lockfile-registry-resolved`) comes from the registry of whoever installs: its bytes are pinned all the same.
 */
export function lockProblems(manifest: Manifest, lock: Lock): string[] {
  const problems: string[] = [];
  if (lock.lockfileVersion < 3)
    problems.push("package-lock.json is of an old kind: run npm install.");
  const root: Partial<Manifest> = lock.packages[""] ?? {};
  for (const group of GROUPS) {
    const wanted = manifest[group] ?? {};
    const locked = root[group] ?? {};
    for (const [name, version] of Object.entries(wanted)) {
      if (!EXACT.test(version))
        problems.push(`package.json: "${name}": "${version}" is not one exact version.`);
      if (locked[name] !== version)
        problems.push(
          `${name} is ${version} in package.json and ${locked[name] ?? "absent"} in the lock.`,
        );
      const there = lock.packages[`node_modules/${name}`]?.version;
      if (EXACT.test(version) && there !== version)
        problems.push(`${name} is to be ${version}, and the lock installs ${there ?? "nothing"}.`);
    }
    for (const name of Object.keys(locked))
      if (!(name in wanted))
        problems.push(`${name} is in the lock's ${group}, and not in package.json.`);
  }
  for (const [location, entry] of Object.entries(lock.packages))
    if (location !== "") problems.push(...entryProblems(location, entry));
  return problems;
}

function entryProblems(
  location: string,
  { link, resolved, integrity, version }: Package,
): string[] {
  const about = `${nameAt(location)}@${version}`;
  if (!location.startsWith("node_modules/") || link)
    return [`${location} is a folder or a link, and not a package of the registry.`];
  const problems: string[] = [];
  if (resolved !== undefined && !resolved.startsWith(REGISTRY))
    problems.push(`${about} comes from ${resolved}, and not from ${REGISTRY}.`);
  if (!integrity?.startsWith("sha512-"))
    problems.push(`${about} has no SHA-512 in the lock: anything could be installed in its name.`);
  return problems;
}
