/** A process that runs one file of tests after another: the first message is the configuration. */
import runFile, {
  setWorkerData,
} from "../../../node_modules/jest-light-runner/src/worker-runner.js";

process.once("message", (config) => {
  setWorkerData({ ...config, runtime: "child_process" });
  process.on("message", (path) => {
    void runFile(path).then(
      (result) => process.send({ result }),
      (error) => process.send({ error }),
    );
  });
});
process.on("disconnect", () => process.exit());
