import { expect, test } from "vitest";
import { closed } from "../closed.fixture.ts";
import { RULES } from "./index.ts";

/** Built here, so that no scanner takes this file for the leak. */
const AWS = `AK${"IA"}QZ7RT4WX2LMN9PKD`;
const GITHUB = `gh${"p_"}aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0iL3oR6`;
const KEY = "v8Rk2!qLz9Wm4TxB";

/** Path, source, and the rules found, by line. */
type Case = [path: string, source: string, expected: string[]];

const PYTHON: Case[] = [
  ["a.py", `password = "${KEY}"`, ["1 hardcoded-secret"]],
  [
    "a.py",
    `self.api_key = "${KEY}"\nconnect(token="${KEY}")\nd = {"client_secret": "${KEY}"}`,
    ["1 hardcoded-secret", "2 hardcoded-secret", "3 hardcoded-secret"],
  ],
  ["a.py", `x = "${AWS}"\ny = f("${GITHUB}")`, ["1 hardcoded-secret", "2 hardcoded-secret"]],
  [
    "a.py",
    `password = "changeme"\ntoken = "example-${KEY}"\nsecret = os.environ["SECRET"]\npassword = "short1"`,
    [],
  ],
  [
    "a.py",
    `next_token = "${KEY}"\nPASSWORD_FIELD = "${KEY}"\ntoken = "user.password.reset"\nsecret = "/etc/app/secret1"\nlast_token = "?NoLineTerminator1 Here"\ncredentials = "R2_S3_CREDENTIALS"`,
    [],
  ],
  ["tests/test_a.py", `password = "${KEY}"`, []],
  [
    "a.py",
    'eval(x)\nexec(f"a = {b}")\neval("1 + 1")\nmodel.eval()\nast.literal_eval(x)',
    ["1 eval", "2 eval"],
  ],
  [
    "a.py",
    "import os\nos.system(cmd)\nos.system('ls')\nos.system('ls ' + d)\nos.popen(f'ls {d}')",
    ["2 shell-injection", "4 shell-injection", "5 shell-injection"],
  ],
  ["a.py", "cmd = 'ls'\nos.system(cmd)\nos.system(LIST_COMMAND)\nfor c in ['a', 'b']: os.system(c)", []],
  ["a.py", "def f(cmd):\n  os.system(cmd)\ncmd = 'ls'", ["2 shell-injection"]],
  [
    "a.py",
    "subprocess.run(c, shell=True)\nsubprocess.run(c)\nsubprocess.run('ls', shell=True)\nsubprocess.run(['ls', c])\nrun(c, shell=True)",
    ["1 shell-injection"],
  ],
  [
    "a.py",
    "cur.execute(f'SELECT * FROM a WHERE b = {c}')\ncur.execute('SELECT * FROM a WHERE b = ?', (c,))\ncur.execute('DELETE FROM a WHERE b = %s' % c)\ncur.execute('DELETE FROM a WHERE b = {}'.format(c))\ncur.execute('INSERT INTO a ' + 'VALUES (1)')",
    ["1 sql-injection", "3 sql-injection", "4 sql-injection"],
  ],
  [
    "a.py",
    "q = 'SELECT a FROM b WHERE c = ' + d\ndb.execute(q)\ndb.execute(f'SELECT a FROM {TABLE}')\npool.execute(f'job {n}')",
    ["2 sql-injection"],
  ],
  [
    "a.py",
    "import yaml, pickle\npickle.loads(x)\nyaml.load(x)\nyaml.load(x, Loader=yaml.SafeLoader)\nyaml.load(x, CSafeLoader)\nyaml.safe_load(x)\njson.loads(x)",
    ["2 unsafe-deserialization", "3 unsafe-deserialization"],
  ],
  ["a.py", "__defineGetter__(x)\nconstructor(x)", []],
  ["a.py", "from core import yaml\nyaml.load(x)", []],
  [
    "a.py",
    "hashlib.md5(x)\nhashlib.sha256(x)\nhashlib.new('sha1', x)\nhashlib.md5(x, usedforsecurity=False)",
    ["1 weak-hash", "3 weak-hash"],
  ],
  [
    "a.py",
    "requests.get(u, verify=False)\nrequests.get(u, verify=True)\nsession.verify = False\njwt.decode(t, verify=False)\nssl._create_unverified_context()",
    ["1 tls-disabled", "3 tls-disabled", "5 tls-disabled"],
  ],
  [
    "a.py",
    "open(request.args['p'])\nn = request.args.get('n')\nopen(os.path.join(ROOT, n))\nopen(secure_filename(request.args['p']))\nopen(p)",
    ["1 path-traversal", "3 path-traversal"],
  ],
];

const JAVASCRIPT: Case[] = [
  [
    "a.ts",
    `const apiKey: string = "${KEY}"; const o = { password: "${KEY}", label: "${KEY}" };`,
    ["1 hardcoded-secret"],
  ],
  [
    "a.ts",
    `class A { token = "${KEY}" }\nthis.secret = '${KEY}'`,
    ["1 hardcoded-secret", "2 hardcoded-secret"],
  ],
  ["a.ts", `const password = process.env.PASSWORD ?? ""; const secret = \`\${a}-${KEY}\``, []],
  [
    "a.js",
    "eval(x)\nnew Function('a', body)\nsetTimeout('f(' + x + ')', 1)\neval('1')\nsetTimeout(f, 1)\nvm.eval(x)",
    ["1 eval", "2 eval", "3 eval"],
  ],
  [
    "a.js",
    `import { exec } from 'node:child_process'\nexec(\`ls \${d}\`)\nexec('ls')\ncp.execSync('ls ' + d)\nexecFile('ls', [d]);\n/a/.exec(d)`,
    ["2 shell-injection", "4 shell-injection"],
  ],
  ["a.js", `regex.exec(\`a\${b}\`)\nexec(b)`, []],
  [
    "a.js",
    "const cp = require('child_process')\ncp.spawn(c, { shell: true })\ncp.spawn(c, [d])",
    ["2 shell-injection"],
  ],
  [
    "a.ts",
    `db.query(\`SELECT a FROM b WHERE c = \${d}\`)\ndb.query('SELECT a FROM b WHERE c = $1', [d])\ndb.query(sql\`SELECT a FROM b WHERE c = \${d}\`)\ndb.prepare('DELETE FROM a WHERE b = ' + c)\napp.query(\`hello \${d}\`)`,
    ["1 sql-injection", "4 sql-injection"],
  ],
  ["a.js", "cp.exec(a ? 'ls' : 'ls -l') // child_process\nimport { exec } from 'tinyexec'\nexec(x)", []],
  ["a.ts", `for (const t of ['a', 'b']) db.exec(\`DROP TABLE \${t}\`)`, []],
  ["a.js", "const s = require('node-serialize')\ns.unserialize(x)", ["2 unsafe-deserialization"]],
  [
    "a.js",
    "createHash('md5')\ncrypto.createHash('sha1')\ncreateHash('sha256')\ncreateHash(name)",
    ["1 weak-hash", "2 weak-hash"],
  ],
  [
    "a.js",
    "new Agent({ rejectUnauthorized: false })\nnew Agent({ rejectUnauthorized: true })\nprocess.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'",
    ["1 tls-disabled", "3 tls-disabled"],
  ],
  [
    "a.js",
    "readFile(req.query.name)\nfs.readFile(path.basename(req.params.name))\nres.sendFile(path.join(root, req.params.name))\nparts.join(req.query.x)",
    ["1 path-traversal", "3 path-traversal"],
  ],
  [
    "a.tsx",
    "e.innerHTML = x\ne.innerHTML = '<b>'\ne.innerHTML = DOMPurify.sanitize(x)\nconst v = <p dangerouslySetInnerHTML={{ __html: x }} />",
    ["1 html-injection", "4 html-injection"],
  ],
];

const OTHERS: Case[] = [
  [
    "a.go",
    `package p\nconst password = "${KEY}"\nvar c = Config{Token: "${KEY}", Name: "${KEY}"}\nfunc f() { secret := "${KEY}" }`,
    ["2 hardcoded-secret", "3 hardcoded-secret", "4 hardcoded-secret"],
  ],
  [
    "a.go",
    'package p\nfunc f(x string) {\nexec.Command("sh", "-c", x)\nexec.Command("sh", "-c", "ls")\nexec.Command("ls", x)\nexec.CommandContext(ctx, "bash", "-c", "ls " + x)\n}',
    ["3 shell-injection", "6 shell-injection"],
  ],
  [
    "a.go",
    'package p\nfunc f(x string) {\ndb.Query("SELECT a FROM b WHERE c = " + x)\ndb.QueryContext(ctx, fmt.Sprintf("SELECT a FROM b WHERE c = %s", x))\ndb.Query("SELECT a FROM b WHERE c = ?", x)\n}',
    ["3 sql-injection", "4 sql-injection"],
  ],
  [
    "a.go",
    'package p\nimport "crypto/md5"\nvar a = md5.New()\nvar b = &tls.Config{InsecureSkipVerify: true}\nvar c = &tls.Config{InsecureSkipVerify: false}',
    ["3 weak-hash", "4 tls-disabled"],
  ],
  [
    "a.go",
    'package p\nfunc f() {\nos.Open(r.FormValue("p"))\nos.Open(filepath.Base(r.FormValue("p")))\n}',
    ["3 path-traversal"],
  ],
  ["A.java", `class A { String password = "${KEY}"; }`, ["1 hardcoded-secret"]],
  [
    "A.java",
    'class A { void f(String x) {\nRuntime.getRuntime().exec("ls " + x);\nRuntime.getRuntime().exec("ls");\nnew ProcessBuilder("sh", "-c", x);\nnew ProcessBuilder("ls", x);\n} }',
    ["2 shell-injection", "4 shell-injection"],
  ],
  [
    "A.java",
    'class A { void f(String x) {\ns.executeQuery("SELECT a FROM b WHERE c = " + x);\ns.prepareStatement(String.format("DELETE FROM a WHERE b = %s", x));\ns.executeQuery("SELECT a FROM b");\n} }',
    ["2 sql-injection", "3 sql-injection"],
  ],
  [
    "A.java",
    'class A { void f() {\nnew ObjectInputStream(in).readObject();\nMessageDigest.getInstance("MD5");\nMessageDigest.getInstance("SHA-256");\nc.setHostnameVerifier((h, s) -> true);\nnew File(request.getParameter("p"));\n} }',
    ["2 unsafe-deserialization", "3 weak-hash", "5 tls-disabled", "6 path-traversal"],
  ],
  [
    "a.rs",
    `fn f(x: &str) {\nlet password = "${KEY}";\nlet api_key = "${KEY}".to_string();\n}`,
    ["2 hardcoded-secret", "3 hardcoded-secret"],
  ],
  [
    "a.rs",
    'fn f(x: &str) {\nCommand::new("sh").arg("-c").arg(x);\nCommand::new("sh").arg("-c").arg("ls");\nCommand::new("ls").arg(x);\n}',
    ["2 shell-injection"],
  ],
  [
    "a.rs",
    'fn f(x: &str) {\nc.execute(&format!("DELETE FROM a WHERE b = {}", x), []);\nc.execute("DELETE FROM a WHERE b = ?", [x]);\nMd5::new();\nb.danger_accept_invalid_certs(true);\nb.danger_accept_invalid_certs(false);\n}',
    ["2 sql-injection", "4 weak-hash", "5 tls-disabled"],
  ],
];

test.each([...PYTHON, ...JAVASCRIPT, ...OTHERS])("findings in %s: %s", async (path, source, expected) => {
  const { findings } = await closed(path, source);
  expect(findings.map(({ rule, lines }) => `${lines[0]} ${rule.slice("security/".length)}`)).toEqual(
    expected,
  );
});

test.each([
  ["eval(x) # tidegate-ignore", 0],
  ["# tidegate-ignore\neval(x)", 0],
  ["# tidegate-ignore: security/eval -- trusted\neval(x)", 0],
  ["# tidegate-ignore: weak-hash, eval\neval(x)", 0],
  ["# tidegate-ignore: security/weak-hash\neval(x)", 1],
  ["# tidegate-ignore\n\neval(x)", 1],
  ["eval(y) # tidegate-ignore\neval(x)", 1],
  ["eval(\n  x\n) # tidegate-ignore", 0],
  ["s = 'tidegate-ignore'; eval(x)", 1],
])("a comment silences a finding: %s", async (source, expected) => {
  expect((await closed("a.py", source)).findings).toHaveLength(expected);
});

test("a message never says the secret, and what others or tools wrote is left alone", async () => {
  const { findings } = await closed("a.py", `db_password = "${KEY}"`);
  expect(findings).toEqual([
    {
      rule: "security/hardcoded-secret",
      severity: "error",
      message:
        'Read "db_password" from the environment or a secret store, and revoke the value that stands here.',
      lines: [1, 1],
    },
  ]);
  expect((await closed("a.py", `f("${AWS}")`)).findings[0]?.message).not.toContain(AWS);
  expect((await closed("vendor/a.py", "eval(x)")).findings).toEqual([]);
  expect((await closed("a.min.js", "eval(x)")).findings).toEqual([]);
});

test("RULES name every rule once, with help that says how to silence it", () => {
  expect(RULES.map((rule) => rule.id)).toEqual([...new Set(RULES.map((rule) => rule.id))]);
  for (const rule of RULES) expect(rule.help).toContain(`tidegate-ignore: ${rule.id}`);
});

test("findings of one file are limited, and looking for them stays linear", async () => {
  const started = performance.now();
  const names = Array.from({ length: 3_000 }, (_, n) => `x${n} = x${n + 1} + 'a'\neval(x${n})`).join("\n");
  expect((await closed("a.py", names)).findings).toHaveLength(200);
  expect(performance.now() - started).toBeLessThan(3_000);
});
