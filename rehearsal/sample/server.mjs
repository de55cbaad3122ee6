import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const FILES = {
  "/": ["public/index.html", "text/html"],
  "/app.js": ["public/app.js", "text/javascript"],
  "/list.mjs": ["list.mjs", "text/javascript"],
  "/start.json": ["start.json", "application/json"],
};

createServer(async (request, response) => {
  const [file, type] = FILES[new URL(request.url, "http://localhost").pathname] ?? [];
  if (file === undefined) return response.writeHead(404).end("not found");
  response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(await readFile(file));
}).listen(Number(process.env.PORT ?? 3000), () => console.log("listening"));
