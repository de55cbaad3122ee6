/** The SQL of an object's own disk, in memory. */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";

export function sqlInMemory(): SqlStorage {
  const database = new DatabaseSync(":memory:");
  const exec = (query: string, ...values: SQLInputValue[]) => {
    const rows = database.prepare(query).all(...values);
    return { toArray: () => rows, one: () => rows[0], [Symbol.iterator]: () => rows[Symbol.iterator]() };
  };
  return { exec } as unknown as SqlStorage;
}
