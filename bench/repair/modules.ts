/** Which modules of Python's library are measured, and which of the others lie beside them. */

/** Modules of Python's library whose tests take less than about two seconds: the test's name, and the files it is about. */
export const MODULES: Record<string, string> = {
  textwrap: "textwrap",
  fnmatch: "fnmatch",
  shlex: "shlex",
  configparser: "configparser",
  csv: "csv",
  string: "string",
  difflib: "difflib",
  bisect: "bisect",
  colorsys: "colorsys",
  fractions: "fractions",
  graphlib: "graphlib",
  htmlparser: "html/parser",
  html: "html/__init__",
  http_cookies: "http/cookies",
  ipaddress: "ipaddress",
  json: "json/*",
  mimetypes: "mimetypes",
  netrc: "netrc",
  optparse: "optparse",
  argparse: "argparse",
  pprint: "pprint",
  quopri: "quopri",
  base64: "base64",
  random: "random",
  sched: "sched",
  urlparse: "urllib/parse",
  uuid: "uuid",
  gettext: "gettext",
  glob: "glob",
  getopt: "getopt",
  filecmp: "filecmp",
  plistlib: "plistlib",
  ntpath: "ntpath",
  pkgutil: "pkgutil",
  timeit: "timeit",
  code: "code",
  http_cookiejar: "http/cookiejar",
  robotparser: "urllib/robotparser",
  wave: "wave",
  minidom: "xml/dom/{minidom,expatbuilder}",
  xml_etree: "xml/etree/*",
  zipapp: "zipapp",
  bdb: "bdb",
  modulefinder: "modulefinder",
};

/** Packages beside the modules, most with their own tests elsewhere: they only make the graph larger. */
const ASIDE =
  "idlelib lib2to3 encodings tkinter turtledemo ctypes distutils ensurepip pydoc_data multiprocessing msilib curses venv " +
  "xmlrpc asyncio concurrent logging zoneinfo dbm sqlite3 tomllib wsgiref email";
/** What the interpreter and its test runner are made of: it comes from the machine, as it does for every project. */
const INTERPRETER =
  "unittest importlib collections re subprocess typing types enum functools dataclasses contextlib operator abc os codecs " +
  "io site sysconfig threading warnings weakref inspect copyreg copy stat posixpath genericpath runpy reprlib keyword " +
  "tokenize token heapq numbers traceback linecache signal selectors socket ssl pickle turtle pydoc __future__ pyclbr " +
  "doctest pdb tarfile zipfile asyncore asynchat smtpd nntplib imaplib ftplib statistics struct queue tempfile shutil";
export const ABSENT = new RegExp(
  `^(?:${`${ASIDE} ${INTERPRETER}`.replaceAll(" ", "|")}|_\\w+|sre_\\w+)(?:/|\\.py$)`,
);
