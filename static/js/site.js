// What the pages gain from script; each works without. No inline code, no eval, no state but the page.

const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const CARD = "li.card, li.result";
const say = (text) => { document.getElementById("said").textContent = text; };

// ── One tab stop a card: the arrows go about its controls, and from card to card ──
const controls = (card) => $$("a[href]:not(.thumb), button", card).filter((el) => !el.closest(".slip"));

function rove(card) {
  controls(card).forEach((el, i) => { el.tabIndex = i === 0 ? 0 : -1; });
}

function goTo(el) {
  const card = el?.closest(CARD);
  if (!card) return;
  controls(card).forEach((other) => { other.tabIndex = other === el ? 0 : -1; });
  el.focus();
}

function step(card, by) {
  const cards = $$(CARD, card.closest("[data-list]") ?? document);
  const next = cards[cards.indexOf(card) + by];
  if (next) goTo(next.querySelector(".name a") ?? controls(next)[0]);
}

function onArrow(event, card) {
  const [first, second] = $$(CARD, card.parentElement);
  const isAcross = second && first.offsetTop === second.offsetTop;
  const isForward = ["ArrowRight", "ArrowDown"].includes(event.key);
  const isAlong = ["ArrowRight", "ArrowLeft"].includes(event.key) === Boolean(isAcross);
  event.preventDefault();
  if (isAlong) return step(card, isForward ? 1 : -1);
  const all = controls(card);
  goTo(all[(all.indexOf(document.activeElement) + (isForward ? 1 : -1) + all.length) % all.length]);
}

// ── Keys ──
const ACTIONS = "slwx"; // save, loved it, watched it, not for me

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const { target, key } = event;
  if (target.closest("input, select, textarea, dialog, [contenteditable]")) return;
  const card = target.closest(CARD);
  if (card && key.startsWith("Arrow")) return onArrow(event, card);
  if (key === "Escape") return target.closest("details.menu")?.querySelector("summary").focus();
  if (!("keys" in document.body.dataset)) return;

  if (key === "/") {
    const box = document.querySelector("input[type=search]");
    event.preventDefault();
    if (box) box.select(); else location.assign("/search/");
  } else if (key === "?") {
    document.getElementById("keys").showModal();
  } else if (key === "u") {
    const slip = card?.querySelector(".slip:not(.gone)") ?? $$(".slip:not(.gone)").pop();
    slip?.querySelector("button").click();
  } else if (key === "j" || key === "k") {
    if (card) step(card, key === "j" ? 1 : -1);
    else goTo(document.querySelector(CARD)?.querySelector(".name a"));
  } else if (ACTIONS.includes(key)) {
    (card ?? document.getElementById("mine"))?.querySelector(`[data-key=${key}]`)?.click();
  }
});

// ── Menus close on Escape and on a click elsewhere ──
function closeMenus(except) {
  $$("details.menu[open]").forEach((menu) => { if (menu !== except) menu.open = false; });
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keyup", (event) => { if (event.key === "Escape") closeMenus(); });

// ── Sliders print their value while they move ──
document.addEventListener("input", ({ target }) => {
  const output = target.closest(".fader")?.querySelector("output");
  if (!output) return;
  const words = output.dataset.words;
  output.value = words ? words.replace("#", target.value).replace("#", 100 - target.value) : target.value;
  if (words) target.setAttribute("aria-valuetext", output.value);
});

// ── What says nothing stays out of the address: empty fields and sliders at rest ──
document.addEventListener("formdata", ({ target, formData }) => {
  if (target.method !== "get") return;
  for (const [name, value] of [...formData]) {
    const rest = target.elements.namedItem(name)?.dataset?.rest ?? "";
    if (value === "" || value === rest) formData.delete(name);
  }
});

// ── Cards that are swapped ──
document.addEventListener("htmx:configRequest", ({ detail }) => {
  // The list may have changed since this card was drawn: say what stands on it now.
  const list = detail.elt.closest("[data-list]");
  if (list && detail.parameters.shown !== undefined) {
    detail.parameters.shown = $$("[data-title]", list).map((card) => card.dataset.title).join(",");
  }
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  // A card takes its why-panel along.
  if (detail.target.matches(CARD)) document.getElementById(`why-${detail.target.dataset.title}`)?.remove();
});
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  // A link that goes with what it closed hands the focus on.
  const then = detail.requestConfig?.elt?.dataset.then;
  const heir = then && document.getElementById(then);
  if (!heir) return;
  if (heir.closest(CARD)) goTo(heir); else heir.focus();
});
document.addEventListener("animationend", ({ animationName, target }) => {
  if (animationName !== "run-out") return;
  target.classList.add("gone");
  say(target.dataset.gone);
});

// ── What failed is said, and stands beside what was touched until the next try ──
const ACTED = ["click", "submit", "change", "input"];

function unfail() {
  $$(".failed").forEach((el) => el.remove());
}

function stand(words, near) {
  const note = document.createElement("p");
  note.className = "failed";
  note.textContent = words;
  document.body.append(note);
  // Below it; above where the window ends, or a phone's bar of links begins.
  const { left, top, bottom } = near.getBoundingClientRect();
  const root = document.documentElement;
  const most = root.clientWidth - note.offsetWidth - 8;
  const fits = bottom + 6 + note.offsetHeight < root.clientHeight - 72;
  note.style.left = `${Math.max(8, Math.min(left, most)) + window.scrollX}px`;
  note.style.top = `${(fits ? bottom + 6 : top - 6 - note.offsetHeight) + window.scrollY}px`;
}

function whyNot({ xhr }) {
  // Who asks too often is told when to try again: the page that came in answer says it.
  const page = xhr?.status === 429 && new DOMParser().parseFromString(xhr.responseText, "text/html");
  return (page && page.querySelector(".lede")?.textContent.trim()) || document.getElementById("said").dataset.failed;
}

for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, ({ detail }) => {
    const event = detail.requestConfig?.triggeringEvent;
    const words = whyNot(detail);
    say(words);
    unfail();
    // What the page asks by itself, such as a room every two seconds, only speaks.
    if (!ACTED.includes(event?.type)) return;
    const touched = [event.submitter, event.target, detail.elt].find((el) => el?.isConnected && el.getClientRects?.().length);
    if (touched) stand(words, touched);
  });
}
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (ACTED.includes(detail.requestConfig?.triggeringEvent?.type)) unfail();
});
document.addEventListener("click", ({ target }) => { if (!target.closest(".failed")) unfail(); });
document.addEventListener("keydown", ({ key }) => { if (key === "Escape") unfail(); });

document.addEventListener("htmx:load", ({ detail }) => {
  (detail.elt.matches(CARD) ? [detail.elt] : $$(CARD, detail.elt)).forEach(rove);
});

// Stars chosen while an earlier rating is on its way: its answer would put the old ones back, so
// it is passed over; the newer choice is sent a moment later and answered in its turn.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { elt, formData } = event.detail.requestConfig || {};
  if (!elt?.isConnected || !elt.matches("form.stars") || !formData) return;
  if (new FormData(elt).get("stars") !== formData.get("stars")) event.detail.shouldSwap = false;
});
