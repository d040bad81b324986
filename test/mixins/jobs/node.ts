/** A process that begins to brew and never ends, to be killed. */
import { anotherNode } from "./kitchen.ts";

await anotherNode({
  brew(name) {
    process.stdout.write(`began ${name}\n`);
    return new Promise(() => undefined);
  },
});
