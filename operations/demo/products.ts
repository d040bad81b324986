import type { DemoProduct } from "./shapes.ts";
import bath from "./products/bath.json" with { type: "json" };
import books from "./products/books.json" with { type: "json" };
import ceramics from "./products/ceramics.json" with { type: "json" };
import children from "./products/children.json" with { type: "json" };
import coffee from "./products/coffee.json" with { type: "json" };
import computing from "./products/computing.json" with { type: "json" };
import cyclingWear from "./products/cycling-wear.json" with { type: "json" };
import cycling from "./products/cycling.json" with { type: "json" };
import home from "./products/home.json" with { type: "json" };
import lightAndSound from "./products/light-and-sound.json" with { type: "json" };
import outdoors from "./products/outdoors.json" with { type: "json" };
import pantry from "./products/pantry.json" with { type: "json" };
import paper from "./products/paper.json" with { type: "json" };
import picnic from "./products/picnic.json" with { type: "json" };
import tableLinen from "./products/table-linen.json" with { type: "json" };
import tea from "./products/tea.json" with { type: "json" };
import teaware from "./products/teaware.json" with { type: "json" };
import workshops from "./products/workshops.json" with { type: "json" };
import writing from "./products/writing.json" with { type: "json" };

/**
 * Everything on the shelves, in the order of a walk through the shop. The texts are JSON because
 * they are prose that a translator edits; the cast is held true by test/operations/demo.
 */
export const products = [
  ...tea,
  ...coffee,
  ...pantry,
  ...teaware,
  ...ceramics,
  ...tableLinen,
  ...bath,
  ...home,
  ...paper,
  ...writing,
  ...books,
  ...cycling,
  ...cyclingWear,
  ...outdoors,
  ...picnic,
  ...children,
  ...computing,
  ...lightAndSound,
  ...workshops,
] as DemoProduct[];
