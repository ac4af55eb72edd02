/**
 * A file that is there to be given up: when the disk is full, its room lets people still sign out and what has run out
 * still be removed.
 */
import { chmodSync, existsSync, unlinkSync, writeFileSync } from 'node:fs';

/** Enough for SQLite's log of writes to be written into the file, and to be used again from its beginning. */
const reserveBytes = 1024 * 1024; // 1 MiB

export type DiskReserve = {
  /** Gives the room back to the disk; tells whether there was any to give. */
  free(): boolean;
  /** Takes room again when there is some; tells whether it is held. Never throws. */
  refill(): boolean;
};

/** Keeps the reserve in `file`. */
export function createDiskReserve(file: string): DiskReserve {
  return {
    free() {
      try {
        unlinkSync(file);
        return true;
      } catch {
        return false; // there is none left
      }
    },
    refill() {
      try {
        if (existsSync(file)) {
          chmodSync(file, 0o600);
          return true;
        }
        // Random bytes would do as well; zeros may be kept as a hole, which reserves nothing.
        writeFileSync(file, Buffer.alloc(reserveBytes, 'reserve '), { mode: 0o600 });
        return true;
      } catch {
        this.free(); // still full; half a reserve is room that others need now
        return false;
      }
    },
  };
}
