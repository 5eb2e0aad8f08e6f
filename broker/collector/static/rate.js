// A visit is rated once on the visitor's own phone, with what stood in the QR code.
// The id of the rating is made once and kept, so that pressing again after a lost answer is the same rating. What was
// refused for good is forgotten: whoever scans the right code next gives another one.
function ratingId(of) {
  const key = "rating-" + of;
  const id = sessionStorage.getItem(key) || "phone-" + [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, "0")).join("");
  sessionStorage.setItem(key, id);
  return id;
}

// Reasons count for the last two faces only; the engine leaves them out of any other rating.
function added(form) {
  const reasons = [...form.querySelectorAll("[name=reason]:checked")].map((box) => box.value);
  return { reasons, reasons_version: reasons.length ? Number(form.querySelector(".why").dataset.version) : 0, contact: form.querySelector("[name=contact]").checked };
}

// Focus goes to the thanks, for what was pressed is gone; a refusal is read out, and the face may be pressed again.
function say(form, text, good, pressed) {
  const said = document.createElement("p");
  said.className = good ? "note good" : "note bad";
  said.role = good ? "status" : "alert";
  said.tabIndex = -1;
  said.textContent = text;
  form.querySelector(".note")?.remove();
  if (good) form.replaceChildren(said);
  else form.append(said);
  (good ? said : pressed)?.focus();
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("#rate");
  if (!form) return;
  event.preventDefault();
  const buttons = [...form.querySelectorAll("button")];
  buttons.forEach((button) => { button.disabled = true; });
  let good = false, text = form.dataset.offline;
  try {
    const answer = await fetch(form.dataset.post, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ id: ratingId(form.dataset.id), proof: form.dataset.proof, level: event.submitter.value, ...added(form) }),
    });
    const body = await answer.json();
    good = answer.ok;
    text = good ? form.dataset.thanks : document.documentElement.lang === "en" ? body.en : body.zh;
    if (!good && answer.status < 500 && answer.status !== 429) sessionStorage.removeItem("rating-" + form.dataset.id);
  } catch {
    // No network, or no answer of ours: nothing is known, and the same rating may be sent again.
  } finally {
    buttons.forEach((button) => { button.disabled = false; });
    say(form, text, good, event.submitter);
    setTimeout(() => document.dispatchEvent(new CustomEvent("rated")), 3000);
  }
});
