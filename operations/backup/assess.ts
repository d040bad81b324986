/** Whether the company in a backup is sound. */
import { broken, checkInvariants, type Finding } from "../invariants/check.ts";
import { checkMoment } from "./moment.ts";

/** Of the invariants, those that hold at every moment; the others only when nothing is under way. */
const ALWAYS = new Set(
  "I01 I02 I03 I04 I05 I08 I09 I10 I11 I12 I13 I23 I26 I28 I29 I30".split(" "),
);
/** Nothing is under way when no process is, and everybody has heard everything. */
const AT_REST = ["I06", "I25", "I25b"];

export interface Verdict {
  readonly findings: readonly Finding[];
  /** What does not hold, and should. */
  readonly problems: readonly Finding[];
  /** What does not hold because work was under way at that moment; it goes on after a restore. */
  readonly underWay: readonly Finding[];
}

/** Of databases that nobody writes in. */
export async function assess(
  urlOf: (service: string) => string,
  services: readonly string[],
): Promise<Verdict> {
  const invariants = await checkInvariants(urlOf);
  const findings = [...(await checkMoment(urlOf, services)), ...invariants];
  const bad = broken(findings);
  const atRest = bad.every(({ id }) => !AT_REST.includes(id));
  const isProblem = ({ id }: Finding) => atRest || ALWAYS.has(id) || id.startsWith("M");
  return {
    findings,
    problems: bad.filter(isProblem),
    underWay: bad.filter((finding) => !isProblem(finding)),
  };
}
