/** How far it is: a bar for a person, nothing for a file of logs. */
import { SingleBar } from "cli-progress";

export interface Progress {
  readonly add: (bytes: number) => void;
  readonly end: () => void;
}

export function progressOf(what: string, totalBytes: number): Progress {
  if (!process.stdout.isTTY) return { add: () => undefined, end: () => undefined };
  const bar = new SingleBar({
    format: `  ${what} {bar} {percentage} %  {read}  {eta_formatted}`,
    barsize: 30,
    hideCursor: true,
  });
  let bytes = 0;
  bar.start(Math.max(1, totalBytes), 0, { read: sized(0) });
  return {
    // How large it is, is only known about; it is done when it is done.
    add: (more) => {
      bytes += more;
      bar.update(Math.min(bytes, totalBytes * 0.99), { read: sized(bytes) });
    },
    end: () => {
      bar.update(Math.max(1, totalBytes), { read: sized(bytes) });
      bar.stop();
    },
  };
}

export function sized(bytes: number): string {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
