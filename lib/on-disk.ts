import { open } from "node:fs/promises";

/** Makes the names in a folder survive a power cut. Windows neither can nor needs to. */
export async function namesOnDisk(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
