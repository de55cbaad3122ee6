/** A shopping list: items are added, ticked off, and counted. */
export function add(items, name) {
  const wanted = name.trim();
  if (wanted === "" || items.some((item) => item.name === wanted)) return items;
  return [...items, { name: wanted, done: false }];
}

export function tick(items, name) {
  return items.map((item) => (item.name === name ? { ...item, done: !item.done } : item));
}

export function progress(items) {
  const done = items.filter((item) => item.done).length;
  return `${done} of ${items.length} done`;
}
