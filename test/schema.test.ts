/** What is written down twice agrees: migrations and drizzle's tables, the configuration and its published schema. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { readConfig } from "../models/read-config.ts";
import { SAMPLE } from "../rehearsal/plays.ts";
import * as schema from "../workers/store/schema.ts";
import { ask, rows, useApp } from "./machine.ts";

const stage = useApp();
const tables = Object.values(schema).flatMap((value) => (is(value, SQLiteTable) ? [value] : []));

type Column = { name: string; type: string; notnull: number; pk: number };
type Index = { name: string; origin: string; unique: number };

test("the migrations make exactly the tables of the schema", async () => {
  const made = await rows<{ name: string }>(
    stage.app,
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' AND name != 'd1_migrations'",
  );
  const names = tables.map((table) => getTableConfig(table).name);
  expect(made.map(({ name }) => name).sort()).toEqual(names.sort());
});

test.each(tables.map((table) => [getTableConfig(table).name, table] as const))(
  "%s has the columns, keys and indexes of the schema",
  async (name, table) => {
    const { columns, indexes, primaryKeys } = getTableConfig(table);
    const made = await rows<Column>(stage.app, `SELECT * FROM pragma_table_info('${name}')`);
    const keys = [
      ...columns.filter((column) => column.primary).map((column) => column.name),
      ...primaryKeys.flatMap((key) => key.columns.map((column) => column.name)),
    ];
    expect(made.map(({ name, type, notnull, pk }) => `${name} ${type} ${notnull === 1 || pk > 0}`)).toEqual(
      columns.map(({ name, notNull, getSQLType }, nth) => {
        const type = getSQLType.call(columns[nth]).toUpperCase();
        return `${name} ${type} ${notNull || keys.includes(name)}`;
      }),
    );
    const inOrder = made.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
    expect(inOrder.map((column) => column.name)).toEqual(keys);

    const listed = await rows<Index>(
      stage.app,
      `SELECT * FROM pragma_index_list('${name}') WHERE origin = 'c'`,
    );
    const shown = await Promise.all(
      listed.map(async (index) => {
        const on = await rows<{ name: string }>(
          stage.app,
          `SELECT name FROM pragma_index_info('${index.name}')`,
        );
        return `${index.name} (${on.map((column) => column.name).join(", ")}) ${index.unique === 1}`;
      }),
    );
    const wanted = indexes.map(({ config }) => {
      const on = config.columns.map((column) => ("name" in column ? column.name : "?"));
      return `${config.name} (${on.join(", ")}) ${config.unique}`;
    });
    expect(shown.sort()).toEqual(wanted.sort());
  },
);

test("the published JSON Schema takes the sample's configuration, and refuses what the gate refuses", async () => {
  const published = await (await ask(stage.app, "/api/v1/schema/config.json")).json();
  const taken = z.fromJSONSchema(published as Parameters<typeof z.fromJSONSchema>[0]);
  const sample = readFileSync(join(SAMPLE, ".tidegate.yml"), "utf8");
  expect(readConfig(sample)).toHaveProperty("config");
  expect(taken.safeParse(parse(sample)).success).toBe(true);
  const wrong = [
    "tests: npm test\n",
    "test: npm test\nsetup: []\n",
    "test: x\nui:\n  - name: y\n    steps: []\n",
  ];
  for (const text of [...wrong, "test: x\nserve: { run: y, port: 70000 }\n", "test: 7\n", "{}\n"]) {
    expect(readConfig(text), text).toHaveProperty("problems");
    expect(taken.safeParse(parse(text)).success, text).toBe(false);
  }
});
