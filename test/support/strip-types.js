import { stripTypeScriptTypes } from "node:module";

/** What is tested is what runs: the types go away by Node's own hand, as in production. */
export default {
  process: (source, file) => ({
    code: stripTypeScriptTypes(source, { mode: "strip", sourceUrl: file }),
  }),
};
