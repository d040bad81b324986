/** Every manifest has only keys and types that Kubernetes knows. */
import { type Manifest, ofKind } from "./support/manifests.ts";
import { render } from "./support/render.ts";
import { mistakesIn } from "./support/typed.ts";

const OVERLAYS = ["k8s/overlays/prod", "k8s/overlays/dev"];

test("the compiler has nothing against any of them", async () => {
  const manifests = (await Promise.all(OVERLAYS.map(render))).flat();
  expect(manifests.length).toBeGreaterThan(150);
  expect(await mistakesIn(manifests)).toEqual([]);
}, 60_000);

test("the compiler refuses keys that are misspelt, of the wrong type, missing, or of no such kind", async () => {
  const [good] = ofKind(await render("k8s/overlays/prod"), "Deployment");
  const planted = [
    ['"containerPort"', '"containerProt"'],
    ['"automountServiceAccountToken":false', '"automountServiceAccountToken":"no"'],
    ['"selector":', '"selected":'],
    ['"apiVersion":"apps/v1"', '"apiVersion":"apps/v9"'],
  ] as const;
  const broken = planted.map(([right, wrong]) => {
    const text = JSON.stringify(good);
    expect(text).toContain(right);
    return JSON.parse(text.replace(right, wrong)) as Manifest;
  });
  const mistakes = await mistakesIn(broken);
  for (const i of planted.keys()) expect(mistakes.join("\n")).toContain(`.${i}.ts(`);
}, 60_000);
