import { expect, test } from "vitest";
import { javaModules } from "./modules-java.ts";

const find = javaModules([
  "core/src/main/java/com/acme/Text.java",
  "core/src/main/java/com/acme/Tool.java",
  "core/src/test/java/com/acme/TextTest.java",
  "web/src/main/java/com/acme/Text.java",
  "web/src/main/java/com/acme/web/Page.java",
  "Plain.java",
]);
const PAGE = "web/src/main/java/com/acme/web/Page.java";

test("a class is the file of its name, in the nearest module", () => {
  expect(find(PAGE, "com.acme.Tool")).toEqual({ paths: ["core/src/main/java/com/acme/Tool.java"] });
  expect(find(PAGE, "com.acme.Text")).toEqual({ paths: ["web/src/main/java/com/acme/Text.java"] });
  expect(find("core/src/main/java/com/acme/Tool.java", "com.acme.Text")).toEqual({
    paths: ["core/src/main/java/com/acme/Text.java"],
  });
  expect(find(PAGE, "com.acme/Tool")).toEqual({ paths: ["core/src/main/java/com/acme/Tool.java"] });
  expect(find(PAGE, "Plain")).toEqual({ paths: ["Plain.java"] });
});

test("a package is all files of its folders", () => {
  expect(find(PAGE, "com.acme")?.paths).toHaveLength(4);
  expect(find(PAGE, "com.acme.web")).toEqual({ paths: [PAGE] });
});

test("what is not here is outside", () => {
  expect(find(PAGE, "java.util.List")).toEqual({ external: "java.util.List" });
  expect(find(PAGE, "java.util/List")).toEqual({ external: "java.util" });
  expect(find(PAGE, "acme.Text.Missing")).toEqual({ external: "acme.Text.Missing" });
  expect(find(PAGE, "xcom.acme.Text")).toEqual({ external: "xcom.acme.Text" });
});
