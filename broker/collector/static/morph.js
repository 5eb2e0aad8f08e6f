// Changes a part of the page into new HTML while keeping what is the same, so that focus, typed text and
// running animations survive. Elements with data-still are left alone; ids are matched.

export function morph(target, html) {
  const wanted = document.createElement("template");
  wanted.innerHTML = html;
  children(target, wanted.content);
}

function children(have, want) {
  const known = new Map();
  for (const node of have.children) if (node.id) known.set(node.id, node);
  let at = have.firstChild;
  for (const next of [...want.childNodes]) {
    const same = next.id && known.get(next.id);
    if (same && same !== at) have.insertBefore(same, at);
    const now = same || at;
    if (now && alike(now, next)) {
      at = now.nextSibling;
      update(now, next);
    } else {
      have.insertBefore(next, at);
    }
  }
  while (at) {
    const rest = at.nextSibling;
    at.remove();
    at = rest;
  }
}

function alike(have, want) {
  return have.nodeType === want.nodeType && have.nodeName === want.nodeName && (have.id || "") === (want.id || "");
}

function update(have, want) {
  if (have.nodeType !== Node.ELEMENT_NODE) {
    if (have.nodeValue !== want.nodeValue) have.nodeValue = want.nodeValue;
    return;
  }
  if ("still" in have.dataset) return;
  const typing = have === document.activeElement && /^(INPUT|TEXTAREA|SELECT)$/.test(have.nodeName);
  for (const { name } of [...have.attributes]) if (!want.hasAttribute(name) && !kept(have, name)) have.removeAttribute(name);
  for (const { name, value } of want.attributes) if (have.getAttribute(name) !== value && !(typing && name === "value")) have.setAttribute(name, value);
  if (!typing) children(have, want);
}

// What scripts set by themselves and the server does not know.
function kept(node, name) {
  return (node.nodeName === "DETAILS" && name === "open") || (node.nodeName === "IMG" && name === "src") || name === "aria-busy" || name.startsWith("data-now-");
}
