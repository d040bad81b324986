import { command, query } from "../../../lib/contract.ts";
import { JobCounts, JobNotFound, PutAsideJob } from "../../../lib/operations.ts";
import { cutList, describe, list, literal, object, text } from "../../../lib/shape.ts";
import { count, operatorQuery, ServiceAway } from "./operators.ts";

const service = () => describe("The service whose job it is.", text({ max: 64 }));
const jobId = () =>
  text({
    description: "Names a job that was put aside: service and id.",
    max: 110,
    pattern: "^[a-z]+\\.[0-9a-f-]{36}$",
  });

export const CountJobs = query("monitoring.jobs", {
  ...operatorQuery,
  summary: "Count the jobs that are due, run, fail or are put aside, by service and kind.",
  rest: "GET /admin/jobs",
  returns: object({
    items: describe(
      "A row for each kind of job of each service.",
      cutList(
        object({
          service: service(),
          running: describe("How many are worked on at this moment.", count()),
          ...JobCounts.properties,
        }),
        { max: 1_000 },
      ),
    ),
  }),
});

export const ListPutAsideJobs = query("monitoring.jobsPutAside", {
  ...operatorQuery,
  summary: "List the jobs that services have put aside because they failed too often.",
  rest: "GET /admin/jobs/put-aside",
  returns: object({
    items: describe(
      "The jobs, the oldest first.",
      cutList(object({ ...PutAsideJob.properties, service: service(), id: jobId() }), {
        max: 5_000,
      }),
    ),
    missing: describe("Services that did not answer: theirs are missing.", list(text())),
  }),
});

export const ReplayJob = command("monitoring.replayJob", {
  summary: "Try a job again that was put aside.",
  description:
    "It is due at once, as if it had never failed; asked twice, the second time finds nothing put aside.",
  rest: "POST /admin/jobs/:jobId/replay",
  allow: "sagas.retry",
  access: "any",
  timeoutMs: 10_000,
  params: { jobId: jobId() },
  returns: object({
    success: describe("Always true: the job is released and runs at once.", literal(true)),
    id: jobId(),
    job: describe("The kind of job.", text()),
  }),
  failures: [JobNotFound, ServiceAway],
  tag: "operations",
});
