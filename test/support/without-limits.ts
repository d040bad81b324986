/**
 * Switches the gateway's limits off. Imported before anything that reads the settings: journeys and
 * fuzzing ask thousands of times from one address.
 */
import { WITHOUT_LIMITS } from "../../runtime/cluster/without-limits.ts";

Object.assign(process.env, WITHOUT_LIMITS);
