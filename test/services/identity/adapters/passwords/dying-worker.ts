/** The real worker, but some passwords are its death, which must come before its answer. */
import "./deaths.ts";
import "../../../../../services/identity/adapters/passwords/worker.ts";
