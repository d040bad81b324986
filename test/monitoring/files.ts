/** What stands in monitoring/: rules, dashboards, and every query in them. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";

export const FOLDER = path.resolve(import.meta.dirname, "../../monitoring");

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity?: string };
  readonly annotations: {
    readonly summary?: string;
    readonly description?: string;
    readonly runbook_url?: string;
  };
}
interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Alert[] }[];
}
export interface Query {
  /** Where it stands, for whoever reads a failure. */
  readonly at: string;
  readonly expr: string;
}

const named = (pattern: string): string[] => globSync(pattern, { cwd: FOLDER }).sort();
export const yamlOf = (file: string): unknown =>
  parse(readFileSync(path.join(FOLDER, file), "utf8"));

export const RULE_FILES = named("rules/*.yml");
export const TEST_FILES = named("tests/*.test.yml");
export const DASHBOARDS = named("grafana/dashboards/*.json");

export const alerts = (): Alert[] =>
  RULE_FILES.flatMap((file) =>
    (yamlOf(file) as RuleFile).groups.flatMap(({ rules }) => rules.map((rule) => rule)),
  );

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly {
    readonly title: string;
    readonly targets?: readonly { readonly expr: string }[];
  }[];
  readonly templating: { readonly list: readonly { readonly definition: string }[] };
}
export const dashboard = (file: string): Dashboard =>
  JSON.parse(readFileSync(path.join(FOLDER, file), "utf8")) as Dashboard;

/** Every query of every panel and variable; what Grafana fills in stands for something. */
export const dashboardQueries = (): Query[] =>
  DASHBOARDS.flatMap((file) => {
    const { panels, templating } = dashboard(file);
    const name = path.basename(file, ".json");
    const visible = panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => ({ at: `${name}: ${title}`, expr: filled(expr) })),
    );
    const chosen = templating.list.map(({ definition }) => ({
      at: `${name}: ${definition}`,
      expr: definition.replace(/^label_values\((\w+), (\w+)\)$/, "count by ($2) ($1)"),
    }));
    return [...visible, ...chosen];
  });

const filled = (expr: string): string =>
  expr
    .replaceAll("$__rate_interval", "1m")
    .replaceAll("$__range", "1h")
    .replaceAll(/"\$\w+"/g, '".*"');

export const ruleQueries = (): Query[] => alerts().map(({ alert, expr }) => ({ at: alert, expr }));

/** What others show: node_exporter, blackbox_exporter, kube-state-metrics, the backup's text file, Prometheus itself. */
export const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  up: ["job", "instance"],
  comptoir_backup_last_success_timestamp_seconds: [],
  kube_cronjob_status_last_successful_time: ["cronjob"],
  comptoir_verify_violations: ["invariant"],
  probe_ssl_earliest_cert_expiry: ["instance"],
  node_filesystem_avail_bytes: ["fstype", "mountpoint"],
  node_filesystem_size_bytes: ["fstype", "mountpoint"],
};
