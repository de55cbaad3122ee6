/** How tools write a failure: with which line it begins, and how far it goes. */

export interface Shape {
  name: string;
  /** The line with which a block begins. The group `test` names a test. */
  opens: RegExp;
  /** Where the test's name stands further down: a pattern over all lines. */
  named?: RegExp;
  /** Goes up to the first of these lines. */
  until?: RegExp;
  /** Holds lines that are blank or stand deeper than the first. */
  deeper?: true;
  /** Goes on while lines are like this. */
  while?: RegExp;
  /** Among the lines after the first, so many, there is one like this; else it is something else. */
  needs?: { within: number; line: RegExp };
  /** A block without such a line tells of nothing that failed, and with one of `not` of nothing of its own. */
  has?: RegExp;
  not?: RegExp;
  /** Lines in it that say nothing. */
  noise?: RegExp;
  /** A line alone is a block too; else it is an entry of a list. */
  line?: true;
  /** 0: a test or a check that failed. 1: a program that broke. 2: a tool that could not go on. 3: words that sound like it. */
  rank: 0 | 1 | 2 | 3;
}

const OBJECT_OF_ASSERTION =
  /^\s+(?:generatedMessage: (?:true|false)|code: 'ERR_ASSERTION'|operator: '?\w+'?|diff: 'simple'|duration_ms: [\d.]+|type: '\w+'|failureType: 'testCodeFailure'),?$/;
const NPM = /^npm (?:error|ERR!)/;
const NPM_NOISE =
  /^npm (?:error|ERR!)(?:\s*$|\s+(?:A complete log|For a full report|\/\S+\.(?:txt|log)$|-|\[-|aliases:|Usage:$|Options:$|npm ci$|Run "npm help)| {5}[A-Z])/;

/** A line and nothing after it. */
const ALONE = { line: true, until: /^/ } as const;

/** The first whose first line fits takes the lines. */
export const SHAPES: readonly Shape[] = [
  {
    name: "node:test",
    opens: /^test at \S+:\d+:\d+$/,
    named: /^✖ (?<test>.+?)(?: \([\d.]+ms\))?$/m,
    until: /^test at |^[^\s✖]/,
    noise: OBJECT_OF_ASSERTION,
    rank: 0,
  },
  {
    name: "node:test, in the list",
    opens: /^\s*✖ (?<test>(?!failing tests|\d+ problems?).+?)(?: \([\d.]+ms\))?$/,
    deeper: true,
    noise: OBJECT_OF_ASSERTION,
    rank: 0,
  },
  {
    name: "TAP",
    opens: /^\s*not ok \d+(?: -)? ?(?<test>(?!.*# (?:TODO|SKIP)).*)$/i,
    deeper: true,
    not: /^\s*failureType: 'subtestsFailed'/,
    noise: OBJECT_OF_ASSERTION,
    rank: 0,
  },
  { name: "vitest", opens: /^ FAIL {2}(?<test>.+)$/, until: /^⎯{3,}|^ Test Files {2}/, rank: 0 },
  { name: "vitest, unhandled", opens: /^⎯+ (?:Unhandled|Uncaught) \w+ ⎯+$/, until: /^⎯{3,}/, rank: 0 },
  { name: "jest", opens: /^ {2}● (?<test>(?!Console$).+)$/, until: /^ {2}● |^\S/, rank: 0 },
  {
    name: "mocha and rspec",
    opens: /^ {2}\d+\) (?<test>.+)$/,
    named: /^ {2}\d+\) (?:(?:Error|Failure):\n(?<test>\S+?):?(?: \[.*|$)|(?<titles>.+(?:\n {7,}\S.*)*?):$)/m,
    until:
      /^ {2}\d+\) |^ {2}\d+ passing|^Finished in |^Failed examples:|^\d+ (?:runs|tests|examples), |^npm |^[>$#] /,
    rank: 0,
  },
  { name: "JUnit", opens: /^\d+\) (?<test>\w+\([\w.$]+\))$/, until: /^\s*$/, rank: 0 },
  {
    name: "pytest",
    opens: /^_{3,} (?<test>.+?) _{3,}$/,
    until: /^_{3,} .+ _{3,}$|^={3,}/,
    noise: /^self = <|^(?:_ )+_$/,
    rank: 0,
  },
  {
    name: "unittest",
    opens: /^(?:FAIL|ERROR|UNEXPECTED SUCCESS): (?<test>\S.*)$/,
    needs: { within: 8, line: /^-{70}$/ },
    until: /^={70}$|^Ran \d+ tests? in /,
    noise: /^-{70}$/,
    rank: 0,
  },
  {
    name: "go test -v",
    opens: /^=== RUN {3}(?<test>[^/\s]+)$/,
    until: /^(?:=== RUN {3}[^/\s]+$|FAIL\b|PASS$|ok {2}|\? {2}|exit status)/,
    has: /^--- FAIL: /,
    noise: /^\s*(?:=== (?:RUN|PAUSE|CONT|NAME) |--- PASS: )/,
    rank: 0,
  },
  {
    name: "go test",
    opens: /^--- FAIL: (?<test>\S+)/,
    until: /^(?:=== |--- |FAIL\b|PASS$|ok {2}|\? {2}|exit status)/,
    noise: /^\s*--- PASS: /,
    rank: 0,
  },
  {
    name: "go build",
    opens: /^# \S+(?: \[\S+\])?$/,
    needs: { within: 3, line: /^\S+\.go:\d+:\d+: / },
    until: /^(?:FAIL|ok|\?|#)\s/,
    rank: 0,
  },
  { name: "go panic", opens: /^(?:panic|fatal error): /, until: /^exit status |^FAIL\b/, rank: 1 },
  { name: "cargo test", opens: /^---- (?<test>\S+) stdout ----$/, until: /^---- |^failures:$/, rank: 0 },
  { name: "rustc", opens: /^error(?:\[E\d+\])?: (?!could not compile|test failed)/, until: /^\s*$/, rank: 0 },
  {
    name: "surefire",
    opens: /^\[ERROR\] (?<test>(?!Tests run)\S+?)(?: --)? {1,2}?Time elapsed: .*<<< (?:FAILURE|ERROR)!/,
    until: /^\[|^\s*$/,
    rank: 0,
  },
  { name: "Maven", opens: /^\[ERROR\] \S+:\[\d+,\d+\] /, while: /^\[ERROR\] {3}/, line: true, rank: 0 },
  { name: "Gradle", opens: /^(?<test>\w+ > .+) FAILED$/, deeper: true, rank: 0 },
  {
    name: "tsc",
    opens: /^\S.{0,300}\(\d+,\d+\): error\b/,
    until: /^\S/,
    line: true,
    rank: 0,
  },
  {
    name: "tsc, with code",
    opens: /^\S+:\d+:\d+ - (?:\S+ )?error\b/,
    until: /^\S+:\d+:\d+ - |^Found \d+ errors? |^npm /,
    rank: 0,
  },
  {
    name: "eslint",
    opens: /^(?:\/|[A-Za-z]:\\|[\w@.-]+\/).*$/,
    needs: { within: 1, line: /^\s+\d+:\d+\s+(?:error|warning)\s/ },
    until: /^\s*$/,
    noise: /^\s+\d+:\d+\s+warning\s/,
    rank: 0,
  },
  {
    name: "biome",
    opens: /^\S+ (?:lint\/\S+|format|parse|assist\/\S+|organizeImports)\b.*━{3,}$/,
    needs: { within: 3, line: /^\s+[×✖]/ },
    until: /^\S/,
    rank: 0,
  },
  {
    name: "compiler",
    opens: /^\S+:\d+(?::\d+)?: (?:fatal )?error: /,
    while: /^\s|^\S+:\d+:\d+: note: /,
    line: true,
    rank: 0,
  },
  {
    name: "Node",
    opens: /^(?:file:\/\/)?\/\S+:\d+$|^node:\S+:\d+$/,
    needs: { within: 3, line: /^\s*\^+\s*$/ },
    until: /^Node\.js v/,
    rank: 1,
  },
  {
    name: "Python",
    opens: /^\s*(?:\| )?Traceback \(most recent call last\):$/,
    until: /^\s*$/,
    rank: 1,
  },
  {
    name: "JavaScript",
    opens: /^(?:Uncaught )?\w*(?:Error|Exception)(?: \[\w+\])?(?:: |$)/,
    needs: { within: 12, line: /^\s+at / },
    while: /^\s|^\}/,
    rank: 1,
  },
  {
    name: "JVM",
    opens: /^(?:Exception in thread .*|[\w.$]+(?:Exception|Error)(?:: .*|$))/,
    needs: { within: 3, line: /^\s+at / },
    while: /^\s|^Caused by: /,
    rank: 1,
  },
  { name: "flow", opens: /^flow ".*": (?!passed$)/, rank: 0, ...ALONE },
  { name: "pytest, in short", opens: /^(?:FAILED|ERROR) \S+(?:\.py| - )/, rank: 3, ...ALONE },
  { name: "npm", opens: NPM, while: NPM, noise: NPM_NOISE, rank: 2 },
  { name: "make", opens: /^g?make(?:\[\d+\])?: \*\*\* /, rank: 2, ...ALONE },
  {
    name: "shell",
    opens:
      /^(?:\S*sh|\S+): .*(?:not found|[Nn]o such file or directory|[Pp]ermission denied|[Ss]yntax error.*|unbound variable|cannot execute.*)$/,
    rank: 2,
    ...ALONE,
  },
  {
    name: "words",
    opens: /^\s*(?:\S+ )?\[?(?:fatal|error|ERROR|FATAL|Error|ERR_\w+)(?:\]|\b)(?:: | )\S/,
    deeper: true,
    line: true,
    rank: 3,
  },
];
