import { add, progress, tick } from "../list.mjs";

let items = await (await fetch("/start.json")).json();
const list = document.querySelector("#items");
const name = document.querySelector("#name");

function show() {
  list.replaceChildren(
    ...items.map((item) => {
      const row = document.createElement("li");
      const label = document.createElement("label");
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = item.done;
      box.addEventListener("change", () => {
        items = tick(items, item.name);
        show();
      });
      label.append(box, ` ${item.name}`);
      row.append(label);
      return row;
    }),
  );
  document.querySelector("#progress").textContent = progress(items);
}

document.querySelector("#add").addEventListener("submit", (event) => {
  event.preventDefault();
  items = add(items, name.value);
  name.value = "";
  show();
});

show();
