/**
 * The form of one item, as a learner fills it in.
 *
 * Owns how a form is drawn, when it sends what was typed, and what it shows while Python is slow, away or unable to save. It judges
 * nothing and says nothing of its own: every sentence comes from Python, in `texts` or with a reply. What was typed and not yet
 * acknowledged is kept in the browser's own storage, so that a closed page or a dead kernel loses nothing.
 *
 * Reading order: small tools; one drawer a kind of form; the line to Python; the draft; the form itself.
 */

const TYPING_PAUSE = 250; // ms from the last key to the saving
const BEFORE_NAGGING = 1200; // ms from the last key to a word on what was typed
const PATIENCE = 3000; // ms for a reply
const AWAY = 20000; // ms after which a form that is used again first asks what other windows saved
const WHILE_PRESSED = 120; // ms until it is tried again to say something while the mouse is pressed
const MOST_RADIOS = 7;
const MOST_CHARACTERS = 40000; // of one text: a pasted book is no answer
const LONGEST_UNFILTERED = 12;
const MARKS = { right: "✓", partly: "◐", wrong: "≠", care: "!", calm: "" };

// While a button of the mouse is down nothing may move under it: a message that opened then would swallow the click.
let pressed = false;
for (const [event, down] of [["pointerdown", true], ["pointerup", false], ["pointercancel", false]]) {
  window.addEventListener(event, () => (pressed = down), { capture: true, passive: true });
}

// ---------------------------------------------------------------- small tools

const ours = Math.random().toString(36).slice(2); // every form of a page is a module of its own
let made = 0;
const newId = () => `situ-${ours}-${(made += 1)}`;
const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Make an element; `on...` traits are listeners, true and false are bare attributes. */
function make(tag, traits = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(traits)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

const button = (text, onclick, traits = {}) => make("button", { type: "button", onclick, ...traits }, text);

/** Fill the placeholders of a sentence, in one pass: a learner's own braces stay as they are. */
function fill(template, values) {
  return String(template ?? "").replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** An answer as the text of one field: whatever holds no single text leaves the field empty. */
function asText(answer) {
  if (Array.isArray(answer) && answer.length === 1) return asText(answer[0]);
  return typeof answer === "string" || typeof answer === "number" ? String(answer) : "";
}

/** The id of the option that an answer names, by id or by label; null when it names none. */
function asId(options, answer) {
  const text = asText(answer);
  const found = options.find((option) => option.id === text) ?? options.find((option) => option.label === text);
  return found ? found.id : null;
}

const labelOf = (options, id) => options.find((option) => option.id === id)?.label ?? "";

/** Whether nothing at all is filled in; the explicit "none of these", an empty list, is an answer. */
function isBlank(answer) {
  if (answer === null || answer === undefined) return true;
  if (typeof answer === "string") return answer.trim() === "";
  if (Array.isArray(answer)) return answer.length > 0 && answer.every(isBlank);
  return isObject(answer) && Object.values(answer).every(isBlank);
}

/** An answer as one line of words, for the offer of a draft. */
function inWords(form, answer, texts) {
  const label = (value) => labelOf(form.options, asId(form.options, value));
  const words = {
    results: () => "",
    number: () => `${asText(answer)} ${form.unit}`,
    text: () => asText(answer),
    choice: () => label(answer),
    choices: () => (same(answer, []) ? texts.none_of_these : answer.map(label).join(", ")),
    ranking: () => answer.map((value) => label(value) || "…").join(" > "),
    table: () => form.rows.filter((row) => !isBlank(answer[row.id]))
      .map((row) => `${row.label}: ${label(answer[row.id])}`).join("; "),
    array: () => answer.flat(Infinity).map((value) => asText(value) || "…").join("; "),
    parts: () => form.parts.filter((part) => !isBlank(answer[part.name]))
      .map((part) => `${part.title}: ${inWords(part.form, answer[part.name], texts)}`).join("; "),
  };
  return words[form.kind === "mapping" ? "table" : form.kind]().trim();
}

/** What hides an item's paper while its form is alive: the paper's own style does so only in Jupyter's pages, not in VS Code's. */
const hidePaper = (item) => make("style", {}, `.situ-paper[data-item="${CSS.escape(item)}"] { display: none !important }`);

// ---------------------------------------------------------------- one drawer a kind
//
// Each takes the drawn form, the desk ({texts, changed(settled), announce(text)}) and the id of its label, and returns a field:
// {node, controls: what a message is tied to, read() -> answer, write(answer)}.

function drawNumber(form, desk) {
  const unit = newId();
  const input = make("input", {
    type: "text", inputmode: form.whole ? "numeric" : "decimal", autocomplete: "off", spellcheck: "false", class: "situ-number",
    "aria-describedby": unit, oninput: () => desk.changed(false), onchange: () => desk.changed(true),
  });
  const asked = form.whole ? [form.unit, desk.texts.whole_number].filter(Boolean).join(", ") : form.unit;
  const node = make("div", { class: "situ-line" }, input, make("span", { id: unit, class: "situ-unit" }, asked));
  return { node, controls: [input], read: () => input.value, write: (answer) => put(input, asText(answer)) };
}

/** Lines of a text field: a sentence, a paragraph, a memo. */
const rowsFor = (words) => (words > 400 ? 18 : words > 40 ? 6 : 2);

function drawText(form, desk) {
  const count = make("div", { id: newId(), class: "situ-quiet" });
  const tell = () => {
    const least = form.least_words, most = form.most_words;
    const words = area.value.split(/\s+/).filter(Boolean).length;
    const template = least ? desk.texts.words_of : most ? desk.texts.words_at_most : desk.texts.words;
    count.textContent = fill(template, { count: words, least, most });
  };
  const area = make("textarea", {
    rows: rowsFor(form.most_words ?? 100), maxlength: MOST_CHARACTERS, "aria-describedby": count.id,
    oninput: () => (tell(), desk.changed(false)), onchange: () => desk.changed(true),
  });
  tell();
  const write = (answer) => (put(area, asText(answer)), tell());
  return { node: make("div", { class: "situ-block" }, area, count), controls: [area], read: () => area.value, write };
}

/** Write into a text field without moving the caret of somebody who is in it. */
function put(input, text) {
  if (input.value !== text) input.value = text;
}

const drawChoice = (form, desk, label) => pickOne(form.options, desk, label);

/** One of a few options as radio buttons, of many as a list to open. */
const pickOne = (options, desk, label) => (options.length > MOST_RADIOS ? pickInList : pickRadio)(options, desk, label);

function pickRadio(options, desk, label) {
  const name = newId();
  const inputs = options.map((option) => make("input", { type: "radio", name, value: option.id, onchange: () => settle() }));
  const settle = () => (show(), desk.changed(true));
  const show = () => clear.classList.toggle("situ-away", !inputs.some((input) => input.checked));
  const write = (answer) => {
    const id = asId(options, answer);
    inputs.forEach((input) => (input.checked = input.value === id));
    show();
  };
  const clear = button(desk.texts.clear, () => (write(null), inputs[0].focus(), desk.changed(true)), {
    class: "situ-plain situ-away", id: newId(),
  });
  clear.setAttribute("aria-labelledby", `${clear.id} ${label}`);
  const labels = inputs.map((input, at) => make("label", { class: "situ-option" }, input, make("span", {}, options[at].label)));
  const group = make("div", { role: "radiogroup", "aria-labelledby": label, class: "situ-options" }, labels);
  const read = () => inputs.find((input) => input.checked)?.value ?? null;
  return { node: make("div", { class: "situ-picked" }, group, clear), controls: [group], read, write };
}

function pickInList(options, desk, label) {
  const select = make("select", { "aria-labelledby": label, onchange: () => desk.changed(true) }, choosable(options, desk));
  const write = (answer) => (select.value = asId(options, answer) ?? "");
  return { node: make("div", { class: "situ-line" }, select), controls: [select], read: () => select.value || null, write };
}

function choosable(options, desk) {
  const rows = options.map((option) => make("option", { value: option.id }, option.label));
  return [make("option", { value: "" }, desk.texts.choose), ...rows];
}

function drawChoices(form, desk, label) {
  const { texts } = desk;
  const count = make("div", { id: newId(), class: "situ-quiet" });
  const boxes = form.options.map((option) => make("input", { type: "checkbox", value: option.id, onchange: () => settle() }));
  const none = form.may_be_none ? make("input", { type: "checkbox", onchange: () => settle(none) }) : null;
  const labels = boxes.map((box, at) => make("label", { class: "situ-option" }, box, make("span", {}, form.options[at].label)));
  const found = make("div", { class: "situ-quiet" });
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const settle = (by) => {
    if (by && by.checked) boxes.forEach((box) => (box.checked = false));
    else if (none && chosen().length) none.checked = false;
    show();
    desk.changed(true);
  };
  const show = () => {
    const wanted = form.exactly ?? form.at_most;
    const template = form.exactly ? texts.chosen_of : form.at_most ? texts.chosen_at_most : texts.chosen;
    count.textContent = fill(template, { count: chosen().length, wanted });
    count.classList.toggle("situ-over", Boolean(wanted) && chosen().length > wanted);
  };
  const narrow = (text) => {
    const sought = text.trim().toLowerCase();
    labels.forEach((row, at) => (row.hidden = !boxes[at].checked && !row.textContent.toLowerCase().includes(sought)));
    found.textContent = labels.some((row) => !row.hidden) ? "" : texts.filter_none;
    if (found.textContent) desk.announce(found.textContent);
  };
  const filter = form.options.length > LONGEST_UNFILTERED
    ? make("input", { type: "search", class: "situ-filter", placeholder: texts.filter, "aria-label": texts.filter,
        oninput: (event) => narrow(event.target.value) })
    : null;
  const columns = make("div", { class: "situ-columns" }, labels);
  columns.style.setProperty("--situ-longest", Math.max(...form.options.map((option) => option.label.length)));
  const group = make("div", { role: "group", class: "situ-block", "aria-labelledby": label, "aria-describedby": count.id },
    filter, columns, found,
    none && make("label", { class: "situ-option situ-none" }, none, make("span", {}, texts.none_of_these)), count);
  const read = () => (chosen().length ? chosen() : none?.checked ? [] : null);
  const write = (answer) => {
    const ids = (Array.isArray(answer) ? answer : [answer]).map((value) => asId(form.options, value));
    boxes.forEach((box) => (box.checked = ids.includes(box.value)));
    if (none) none.checked = same(answer, []);
    show();
  };
  show();
  return { node: group, controls: [group], read, write };
}

function drawRanking(form, desk, label) {
  const { texts } = desk;
  const places = Array.from({ length: form.length }, (_none, at) => placeOf(at));
  const names = () => places.map((place) => place.select.value);
  const nameAt = (at) => labelOf(form.options, places[at].select.value) || fill(texts.place, { place: at + 1 });

  function placeOf(at) {
    const head = make("span", { class: "situ-place", title: texts.drag, "aria-hidden": "true" }, `${at + 1}`);
    const select = make("select", {
      "aria-label": fill(texts.place, { place: at + 1 }), onchange: () => choose(at),
    }, choosable(form.options, desk));
    const up = button("↑", () => step(at, -1), { class: "situ-step" });
    const down = button("↓", () => step(at, 1), { class: "situ-step" });
    const grip = make("span", { class: "situ-grip", title: texts.drag, "aria-hidden": "true" }, "⠿");
    return { select, up, down, row: make("li", { class: "situ-rank" }, head, select, up, down, grip), before: "" };
  }
  function show() {
    places.forEach((place, at) => {
      place.before = place.select.value;
      place.up.disabled = at === 0;
      place.down.disabled = at === places.length - 1;
      place.up.setAttribute("aria-label", fill(texts.move_up, { name: nameAt(at) }));
      place.down.setAttribute("aria-label", fill(texts.move_down, { name: nameAt(at) }));
    });
  }
  function arrange(order) {
    places.forEach((place, at) => (place.select.value = order[at] ?? ""));
    show();
  }
  function choose(at) {
    const name = places[at].select.value;
    const other = places.findIndex((place, there) => there !== at && name && place.select.value === name);
    if (other >= 0) {
      places[other].select.value = places[at].before;
      const swapped = places[at].before ? texts.swapped : texts.moved;
      desk.announce(fill(swapped, { name: labelOf(form.options, name), other: nameAt(other), place: at + 1 }));
    }
    show();
    desk.changed(true);
  }
  function move(from, to) {
    if (to < 0 || to >= places.length || to === from) return;
    const order = names();
    order.splice(to, 0, ...order.splice(from, 1));
    const name = nameAt(from);
    arrange(order);
    desk.announce(fill(texts.moved, { name, place: to + 1 }));
    desk.changed(true);
  }
  function step(at, way) {
    move(at, at + way);
    const there = places[at + way]; // the focus goes with the name, so that it can be moved on
    const wanted = way < 0 ? there.up : there.down;
    (wanted.disabled ? (way < 0 ? there.down : there.up) : wanted).focus();
  }
  const list = make("ol", { class: "situ-ranking", "aria-labelledby": label }, places.map((place) => place.row));
  makeDraggable(list, places.map((place) => place.row), move);
  show();
  const read = () => names().map((name) => name || null);
  const write = (answer) => arrange((Array.isArray(answer) ? answer : []).map((value) => asId(form.options, value)));
  return { node: list, controls: [list], read, write };
}

/** Let rows be dragged by pointer, from their number or their grip; `move(from, to)` is called where one is let go. */
function makeDraggable(list, rows, move) {
  let from = null;
  const over = (event) => rows.findIndex((row) => event.clientY < row.getBoundingClientRect().bottom);
  const target = (event) => (over(event) < 0 ? rows.length - 1 : over(event));
  const mark = (to) => rows.forEach((row, at) => {
    row.classList.toggle("situ-dragged", from !== null && at === from);
    row.classList.toggle("situ-drop-above", from !== null && at === to && to < from);
    row.classList.toggle("situ-drop-below", from !== null && at === to && to > from);
  });
  list.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest(".situ-grip, .situ-place");
    if (!handle || event.button !== 0) return;
    event.preventDefault(); // no text is selected on the way
    from = rows.indexOf(handle.closest("li"));
    list.setPointerCapture(event.pointerId);
    mark(from);
  });
  list.addEventListener("pointermove", (event) => from !== null && mark(target(event)));
  list.addEventListener("pointerup", (event) => {
    if (from === null) return;
    const [was, to] = [from, target(event)];
    from = null;
    mark(null);
    move(was, to);
  });
  list.addEventListener("pointercancel", () => ((from = null), mark(null)));
}

function drawTable(form, desk, label) {
  const rows = form.rows.map((row) => {
    const head = make("div", { class: "situ-row-label", id: newId() }, row.label);
    const field = pickOne(form.options, desk, head.id);
    return { ...row, field, node: make("div", { class: "situ-row" }, head, field.node) };
  });
  const node = make("div", { role: "group", "aria-labelledby": label, class: "situ-table situ-block" },
    rows.map((row) => row.node));
  node.style.setProperty("--situ-longest", Math.max(...form.rows.map((row) => row.label.length)));
  const read = () => Object.fromEntries(rows.map((row) => [row.id, row.field.read()]));
  const write = (answer) => rows.forEach((row, at) => row.field.write(Array.isArray(answer) ? answer[at] : answer?.[row.id]));
  return { node, controls: [node], read, write };
}

function drawArray(form, desk, label) {
  const [down, across] = form.shape.length > 1 ? [form.shape[0], form.shape.slice(1).reduce((a, b) => a * b)] : [1, form.shape[0]];
  const name = (row, column) => form.shape.length > 1
    ? fill(desk.texts.row_column, { row: row + 1, column: column + 1 })
    : fill(desk.texts.entry, { place: column + 1 });
  const cells = Array.from({ length: down * across }, (_none, at) => make("input", {
    type: "text", inputmode: "decimal", autocomplete: "off", class: "situ-cell",
    "aria-label": [name(Math.floor(at / across), at % across), form.unit].filter(Boolean).join(", "),
    oninput: () => desk.changed(false), onchange: () => desk.changed(true),
  }));
  const grid = make("div", { role: "group", "aria-labelledby": label, class: "situ-grid" }, cells);
  grid.style.setProperty("--situ-across", across);
  const nested = (texts, shape) => {
    if (shape.length === 1) return texts.map((text) => text || null);
    const size = texts.length / shape[0];
    return Array.from({ length: shape[0] }, (_none, at) => nested(texts.slice(at * size, (at + 1) * size), shape.slice(1)));
  };
  const read = () => nested(cells.map((cell) => cell.value), form.shape);
  const write = (answer) => {
    const flat = Array.isArray(answer) ? answer.flat(Infinity) : [];
    cells.forEach((cell, at) => put(cell, asText(flat[at])));
  };
  const unit = form.unit ? make("span", { class: "situ-unit" }, form.unit) : null;
  return { node: make("div", { class: "situ-line" }, grid, unit), controls: [grid], read, write };
}

function drawResults(_form, desk) {
  return { node: make("p", { class: "situ-quiet" }, desk.texts.results_note), controls: [], read: () => null, write: () => {} };
}

function drawParts(form, desk) {
  const draw = ({ form: inner, title, name }) => ({ name, ...labelled(inner, desk, makeLabel(inner, title), name) });
  const parts = form.parts.map(draw);
  const named = Object.fromEntries(parts.map((part) => [part.name, part]));
  return {
    node: make("div", { class: "situ-parts situ-block" }, parts.map((part) => part.node)),
    controls: [],
    read: () => Object.fromEntries(parts.map((part) => [part.name, part.read()])),
    write: (answer) => parts.forEach((part, at) => part.write(Array.isArray(answer) ? answer[at] : answer?.[part.name])),
    blame: (messages) => parts.forEach((part) => part.blame(messages?.[part.name] ?? "")),
    named,
  };
}

const DRAWERS = {
  number: drawNumber, choice: drawChoice, choices: drawChoices, ranking: drawRanking, table: drawTable, mapping: drawTable,
  array: drawArray, text: drawText, results: drawResults, parts: drawParts,
};

const WORKED_OUT = ["number", "array", "choices", "ranking", "mapping", "text"]; // what somebody may have as a result of their own

const isOneControl = (form) =>
  ["number", "text"].includes(form.kind) || (form.kind === "choice" && form.options.length > MOST_RADIOS);

/** A label: the control's own where the form is one control, the name of a group otherwise. */
const makeLabel = (form, text, kind = "situ-label") =>
  make(isOneControl(form) ? "label" : "div", { class: kind, id: newId() }, text);

/** Draw a form below its label, unless that stands elsewhere, with a place for a message and for the learner's own results. */
function labelled(form, desk, label, name) {
  const field = DRAWERS[form.kind](form, desk, label.id);
  if (isOneControl(form)) label.htmlFor = field.controls[0].id = newId();
  const message = make("div", { class: "situ-message", id: newId(), hidden: true });
  const mine = WORKED_OUT.includes(form.kind) ? desk.useMine(field, name, label) : null;
  const blame = field.blame ?? ((text) => {
    message.textContent = text;
    message.hidden = !text;
    field.controls.forEach((control) => tie(control, message.id, Boolean(text)));
  });
  const node = make("div", { class: "situ-field", "data-field": name },
    label.parentNode ? null : label, field.node, name ? mine?.button : null, mine?.panel, message);
  return { ...field, node, blame, mine: mine?.button };
}

/** Tie a message to the control it is about, for those who hear the page. */
function tie(control, id, wrong) {
  const ids = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((other) => other && other !== id);
  if (wrong) ids.push(id);
  if (ids.length) control.setAttribute("aria-describedby", ids.join(" "));
  else control.removeAttribute("aria-describedby");
  if (!control.matches("input, select, textarea, [role=radiogroup]")) return;
  if (wrong) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
}

// ---------------------------------------------------------------- the line to Python

/** Two savings as the newer one, which still checks and still keeps what it replaces where the older one was to. */
const merged = (older, newer) => ({ ...newer, checks: older.checks || newer.checks, fresh: older.fresh || newer.fresh });

/** One question to Python at a time, so that each saving knows the one before it; a saving is sent again until it is heard. */
class Line {
  constructor(model, { heard, late }) {
    Object.assign(this, { model, heard, late, flight: null, waiting: [] });
    this.seq = Math.floor(Math.random() * 2 ** 40); // other windows hear the same replies, and must not take them for theirs
    model.on("msg:custom", (this.listener = (message) => this.hear(message)));
  }

  get isQuiet() {
    return this.flight === null && this.waiting.length === 0;
  }

  /**
   * Ask; `compose({checks, fresh})` gives the message at the moment it leaves. A newer saving takes in one that still waits.
   * `saves` is what must not get lost, `asked` what the learner waits for; `checks` is to be judged, `fresh` keeps what it replaces.
   */
  ask(compose, { saves = false, asked = saves, checks = false, fresh = false } = {}) {
    const newer = { compose, saves, asked, checks, fresh };
    const older = saves ? this.takeSaving() : null;
    this.waiting.push(older ? merged(older, newer) : newer);
    this.next();
  }

  /** Take the saving that waits out of the row; there is one at most. */
  takeSaving() {
    const at = this.waiting.findIndex((other) => other.saves);
    return at < 0 ? null : this.waiting.splice(at, 1)[0];
  }

  /** All savings that no reply has acknowledged, as one; an empty object when there is none. */
  get owed() {
    return [this.flight, ...this.waiting].filter((one) => one?.saves).reduce(merged, {});
  }

  /** Say it without waiting for a reply. */
  shout(compose) {
    this.seq += 1;
    try {
      this.model.send({ ...compose(), seq: this.seq });
    } catch {
      // The kernel is gone, and its channel with it. The draft holds what was typed, and `overdue` says so.
    }
  }

  next() {
    if (this.flight !== null || this.waiting.length === 0) return;
    this.flight = { ...this.waiting.shift(), begun: this.seq + 1, first: this.seq + 1 };
    this.send();
  }

  send() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.overdue(), PATIENCE);
    this.shout(() => this.flight.compose(this.flight));
  }

  overdue() {
    const busy = this.model.widget_manager?.kernel?.status === "busy";
    this.late(this.flight, busy);
    if (busy) this.timer = setTimeout(() => this.overdue(), PATIENCE);
    else if (this.flight.saves || this.waiting.some((other) => other.saves)) this.again();
    else this.drop();
  }

  /** Send the newest saving once more: the last one went nowhere. A late reply to an older one does not acknowledge it. */
  again() {
    const newer = this.takeSaving();
    if (newer) this.flight = { ...merged(this.flight, newer), begun: this.flight.begun, first: this.seq + 1 };
    this.send();
  }

  drop() {
    clearTimeout(this.timer);
    this.flight = null;
    this.next();
  }

  hear(message) {
    if (message?.op === "changed") return this.heard(message);
    if (this.flight === null || !(message?.seq >= this.flight.begun && message.seq <= this.seq)) return;
    if (message.seq < this.flight.first) return void (this.flight.crossed = true);
    clearTimeout(this.timer);
    const { crossed } = this.flight;
    this.flight = null;
    this.heard(crossed ? { ...message, unseen: null } : message); // what it replaced was this window's own
    this.next();
  }

  close() {
    clearTimeout(this.timer);
    this.model.off("msg:custom", this.listener);
  }
}

// ---------------------------------------------------------------- the draft

/** What was typed and not yet acknowledged, in the browser. A browser that stores nothing (private windows) only loses this net. */
class Draft {
  constructor(place) {
    this.place = place;
  }

  keep(answer, base) {
    this.attempt(() => localStorage.setItem(this.place, JSON.stringify({ answer, base, at: Date.now() })));
  }

  drop() {
    this.attempt(() => localStorage.removeItem(this.place));
  }

  /** The draft if it is newer than what is saved, and was not saved after all. */
  newerThan(entry) {
    const draft = this.attempt(() => JSON.parse(localStorage.getItem(this.place)));
    if (!isObject(draft) || (isBlank(draft.answer) && !entry)) return null; // an emptied field is a change, too
    const saved = entry ? [entry, ...(entry.earlier ?? [])] : [];
    if (saved.some((one) => same(one.answer, draft.answer))) return null;
    const newer = !entry || draft.base >= entry.revision || draft.at > Date.parse(entry.at);
    return newer ? draft : null;
  }

  attempt(act) {
    try {
      return act();
    } catch {
      return null; // storage is full or forbidden, or holds what is no draft: there is none
    }
  }
}

// ---------------------------------------------------------------- the form itself

class Form {
  constructor(model, el) {
    this.model = model;
    this.texts = model.get("texts");
    this.mode = model.get("mode");
    this.draft = new Draft(model.get("place"));
    this.revision = 0;
    this.dirty = false; // something was typed since the last saving was asked for
    this.unsaved = false; // something was typed that no reply has acknowledged
    this.typedAt = 0;
    this.usedAt = Date.now();
    this.line = new Line(model, { heard: (reply) => this.hear(reply), late: (flight, busy) => this.tellLate(flight, busy) });
    this.build(el);
    this.listen();
    this.follow();
    this.offerDraft();
  }

  // -- drawing

  build(el) {
    const { model, texts, mode } = this;
    const form = model.get("form");
    const desk = {
      texts, changed: (settled) => this.changed(settled), announce: (text) => this.announce(text),
      useMine: (field, name, label) => (mode === "decision" ? null : this.useMine(field, name, label)),
    };
    this.status = make("div", { class: "situ-status" });
    this.note = make("div", { class: "situ-note", role: "status" });
    this.hints = make("div", { class: "situ-hints" });
    this.spoken = make("div", { class: "situ-spoken", role: "status" });
    this.saved = make("span", { class: "situ-saved" });
    this.earlier = make("details", { class: "situ-earlier", hidden: true });
    this.offer = make("div", { class: "situ-offer", role: "status" });
    const hasLabel = form.label && form.label !== model.get("title");
    const title = makeLabel(hasLabel ? { kind: "parts" } : form, this.titleText(), "situ-title");
    this.root = make("div", {
      class: "situ-form", role: "group", "aria-labelledby": title.id, "data-item": model.get("item"), "data-mode": mode,
    }, title, this.offer);
    this.field = labelled(form, desk, hasLabel ? makeLabel(form, form.label) : title, null);
    const foot = make("div", { class: "situ-foot" }, this.makeButtons(), this.field.mine, this.saved);
    this.root.append(this.field.node, foot, this.note, this.status, this.hints, this.earlier, this.spoken);
    this.root.append(hidePaper(model.get("item")));
    el.append(this.root);
  }

  titleText() {
    const item = this.mode === "decision" ? null : make("span", { class: "situ-item" }, this.model.get("item"));
    return [item, item ? " · " : null, this.model.get("title")];
  }

  makeButtons() {
    const { texts, mode } = this;
    const made = [];
    if (mode === "practice") {
      made.push(button(texts.check, () => this.check(), { class: "situ-main" }));
      this.hintButton = button(texts.hint, () => this.line.ask(() => ({ op: "hint" }), { asked: true }));
      made.push(this.hintButton);
    }
    if (mode === "decision" && texts.look_anyway) {
      this.skipButton = button(texts.look_anyway, () => this.skip());
      made.push(this.skipButton);
    }
    return made;
  }

  /** The button that lists the notebook's results that fit a field, and the panel in which they stand. */
  useMine(field, name, label) {
    const { texts } = this;
    if (this.mode === "decision") return null; // one decides, and computes nothing
    const panel = make("div", { class: "situ-mine", hidden: true });
    const close = () => ((panel.hidden = true), opener.setAttribute("aria-expanded", "false"), opener.focus());
    const opener = button(texts.use_mine, () => (panel.hidden ? ask() : close()), {
      class: "situ-plain", id: newId(), "aria-expanded": "false",
    });
    if (name) opener.setAttribute("aria-labelledby", `${opener.id} ${label.id}`);
    const ask = () => this.line.ask(() => ({ op: "mine", part: name }), { asked: true });
    const use = (found) => (field.write(found.answer), close(), this.replaced());
    this.mine ??= new Map();
    this.mine.set(name ?? "", (found) => {
      const rows = found.map((one) => make("li", {}, button([make("code", {}, one.name), ` ${one.words}`], () => use(one))));
      const said = found.length ? texts.use_mine_pick : texts.use_mine_none;
      panel.replaceChildren(make("div", { role: "status" }, said), make("ul", {}, rows), button(texts.close, close));
      panel.hidden = false;
      opener.setAttribute("aria-expanded", "true");
      panel.querySelector("button").focus();
    });
    panel.addEventListener("keydown", (event) => event.key === "Escape" && close());
    return { button: opener, panel };
  }

  // -- events

  listen() {
    const { model, root } = this;
    this.follower = () => this.follow();
    ["entry", "status", "hints"].forEach((trait) => model.on(`change:${trait}`, this.follower));
    root.addEventListener("keydown", (event) => this.keep(event));
    root.addEventListener("focusin", () => this.comeBack());
    root.addEventListener("focusin", () => this.speakUp(), { once: true });
    root.addEventListener("focusout", () => (this.flush(), this.tellHeld()));
    this.gone = new AbortController();
    const options = { signal: this.gone.signal };
    window.addEventListener("pagehide", () => this.leave(), options);
    const warn = (event) =>
      root.contains(event.target) && event.target.toggleAttribute("data-lm-suppress-shortcuts", this.isOurs(event));
    window.addEventListener("keydown", warn, { ...options, capture: true }); // Notebook 7 hears keys before the form does
    document.addEventListener("visibilitychange", () => (document.hidden ? this.flush() : this.comeBack()), options);
  }

  /** Read out what changes from now on: before, a page of forms would read out every one as it appears. */
  speakUp() {
    [this.status, this.hints].forEach((node) => node.setAttribute("role", "status"));
  }

  /** Whether a key stays in the form: the notebook's own, without Ctrl, Alt or Meta, move and delete cells. */
  isOurs(event) {
    const runs = event.key === "Enter" && event.shiftKey && event.target.tagName !== "TEXTAREA";
    return !(event.ctrlKey || event.metaKey || event.altKey || runs);
  }

  keep(event) {
    if (!this.isOurs(event)) return this.flush();
    event.stopPropagation(); // is enough in JupyterLab
    if (event.key !== "Enter" || !event.target.matches("input[type=text]")) return undefined;
    return this.mode === "practice" ? this.check() : this.changed(true);
  }

  /** A whole answer was put in the place of another, which is to stand under the earlier answers. */
  replaced() {
    this.changed(true, true);
  }

  changed(settled, fresh = false) {
    this.typedAt = settled ? 0 : Date.now();
    this.usedAt = Date.now();
    if (settled && !this.dirty && same(this.field.read(), this.sent)) return this.tellHeld();
    this.dirty = this.unsaved = true;
    this.draft.keep(this.field.read(), this.revision);
    clearTimeout(this.pause);
    if (settled) return this.flush(fresh);
    this.pause = setTimeout(() => this.flush(), TYPING_PAUSE);
    return undefined;
  }

  /** Send what has not been sent. */
  flush(fresh = false) {
    clearTimeout(this.pause);
    if (!this.dirty) return;
    this.dirty = false;
    this.line.ask((wanted) => this.message(wanted), { saves: true, fresh });
    this.savingSoon = setTimeout(() => this.unsaved && this.showSaved(), 600); // most savings are faster than a word can be read
  }

  message({ checks, fresh }) {
    this.sent = this.field.read();
    return { op: checks ? "check" : "save", answer: this.sent, base: this.revision, ...(fresh && { fresh }) };
  }

  check() {
    clearTimeout(this.pause);
    this.dirty = false;
    this.unsaved = true;
    this.typedAt = 0;
    this.line.ask((wanted) => this.message(wanted), { saves: true, checks: true });
  }

  skip() {
    clearTimeout(this.pause);
    this.dirty = false;
    this.unsaved = true;
    this.field.write(null);
    this.sent = this.field.read();
    this.line.ask(() => ({ op: "skip", base: this.revision, fresh: true }), { saves: true, fresh: true });
  }

  /** A form used again after a while first asks what was saved elsewhere. */
  comeBack() {
    const away = Date.now() - this.usedAt > AWAY;
    this.usedAt = Date.now();
    if (away && !this.unsaved && this.line.isQuiet) this.line.ask(() => ({ op: "refresh", base: this.revision }));
  }

  leave() {
    if (!this.dirty && !this.unsaved) return;
    const owed = this.line.owed;
    const compose = (!this.dirty && owed.compose) || ((wanted) => this.message(wanted)); // a skip is no empty answer
    this.line.shout(() => compose(owed));
  }

  // -- what Python says

  hear(reply) {
    if (!this.unsaved) this.showNote("", false);
    if (reply.op === "changed") return this.follow();
    if (reply.op === "mine") return this.mine.get(reply.part ?? "")?.(reply.found ?? []);
    if (reply.op === "hint") return this.showHints(reply.hints);
    if (reply.op === "refreshed") return this.follow();
    if (reply.ok) this.acknowledge(reply);
    this.tell(reply.status, reply.op === "saved");
    if (!reply.ok && this.unsaved) this.showNote("", true);
    else if (this.line.isQuiet && !this.dirty) this.follow();
    return undefined;
  }

  acknowledge(reply) {
    this.revision = reply.entry?.revision ?? this.revision;
    if (!this.dirty && this.line.waiting.length === 0) {
      this.unsaved = false;
      this.draft.drop();
      this.showNote("", false);
    }
    this.showEntry(reply.entry);
    if (reply.unseen) this.showOffer(fill(this.texts.replaced, { moment: reply.unseen.saved, words: reply.unseen.words }));
  }

  /** Show what the model holds, unless this window is ahead of it. */
  follow() {
    this.showHints(this.model.get("hints"));
    if (this.unsaved || !this.line.isQuiet) return;
    const entry = this.model.get("entry");
    if (entry && entry.revision !== this.revision) { // lower where the file began anew
      this.revision = entry.revision;
      if (!same(entry.answer, this.field.read())) this.field.write(entry.answer);
      this.sent = this.field.read(); // what this window sent before may be chosen again
    }
    this.showEntry(entry);
    this.tell(this.model.get("status"), true);
  }

  /** Say how the answer was understood; not into the typing of somebody who is not done. */
  tell(status, mayWait) {
    clearTimeout(this.holding);
    const wait = BEFORE_NAGGING - (Date.now() - this.typedAt);
    this.held = status;
    if (mayWait && wait > 0) this.holding = setTimeout(() => this.tellHeld(), wait);
    else this.tellHeld();
  }

  tellHeld() {
    clearTimeout(this.holding);
    if (this.held === undefined) return;
    if (pressed) {
      this.holding = setTimeout(() => this.tellHeld(), WHILE_PRESSED);
      return;
    }
    const status = this.held;
    this.held = undefined;
    if (status && same(status, this.told)) return; // not to be read out twice
    this.told = status;
    this.showStatus(status);
  }

  showStatus(status) {
    const { tone = "calm", title = "", lines = [], fields = {} } = status ?? {};
    this.status.dataset.tone = tone;
    const mark = make("span", { class: "situ-mark", "aria-hidden": "true" }, MARKS[tone] ?? "");
    const body = [make("strong", {}, title), ...lines.map((line) => make("div", {}, line))];
    this.status.replaceChildren(...(title || lines.length ? [mark, make("div", {}, body)] : []));
    const whole = tone === "care" && !this.field.named && !isBlank(this.field.read());
    if (this.field.named) this.field.blame(fields);
    else if (this.status.id ||= newId()) this.field.controls.forEach((control) => tie(control, this.status.id, whole));
  }

  showEntry(entry) {
    this.entry = entry;
    if (this.skipButton) this.skipButton.hidden = Boolean(entry) && !isBlank(this.field.read()); // decided: nothing to skip
    this.showSaved();
    const past = entry?.earlier ?? [];
    this.earlier.hidden = past.length === 0;
    const rows = past.map((one) => make("li", {}, this.pastWords(one), this.takeBack(one)));
    const open = this.earlier.open;
    this.earlier.replaceChildren(make("summary", {}, fill(this.texts.earlier, { count: past.length })), make("ul", {}, rows));
    this.earlier.open = open;
  }

  pastWords(one) {
    const how = one.by === "code" ? this.texts.by_code : this.texts.by_form;
    return make("span", {}, one.words, make("span", { class: "situ-quiet" }, ` ${one.saved}, ${how} `));
  }

  takeBack(one) {
    const again = () => (this.field.write(one.answer), this.replaced());
    return button(this.texts.take_back, again, { class: "situ-plain", "aria-label": `${this.texts.take_back}: ${one.words}` });
  }

  showSaved() {
    const { texts } = this;
    const moment = this.entry?.saved;
    const late = this.note.childNodes.length > 0;
    const standing = moment ? fill(late ? texts.last_saved : texts.saved, { moment }) : texts.never_saved;
    this.saved.textContent = this.unsaved && !late && !this.line.isQuiet ? texts.saving : standing;
  }

  /** Say that Python does not answer, or offer to save again what it refused; Python's own words on that stand in the status. */
  showNote(text, again) {
    if (this.noted !== `${text}${again}`) {
      const retry = () => ((this.dirty = true), this.flush());
      const row = [text ? make("span", {}, text) : null, again ? button(this.texts.try_again, retry) : null];
      this.note.replaceChildren(...row.filter(Boolean));
    }
    this.noted = `${text}${again}`; // the same is not read out twice
    this.showSaved();
  }

  tellLate(flight, busy) {
    const { texts } = this;
    if (this.unsaved) this.showNote(busy ? texts.python_busy : texts.not_saved_yet, !busy);
    else if (flight.asked) this.showNote(busy ? texts.busy : texts.not_answering, false);
  }

  showHints(hints) {
    if (!hints || !this.hintButton || same(hints, this.hinted)) return;
    this.hinted = hints;
    const left = hints.of - hints.shown.length;
    this.hintButton.textContent = hints.shown.length ? this.texts.next_hint : this.texts.hint;
    if (left <= 0 && document.activeElement === this.hintButton) this.root.querySelector(".situ-main").focus();
    this.hintButton.hidden = left <= 0;
    const lined = (hint) => [make("strong", {}, hint.title), ...hint.lines.map((line) => make("div", {}, line))];
    const end = left <= 0 ? [make("div", { class: "situ-quiet" }, this.texts.no_more_hints)] : [];
    this.hints.replaceChildren(...hints.shown.map((hint) => make("div", { class: "situ-hint" }, lined(hint))), ...end);
  }

  offerDraft() {
    const draft = this.draft.newerThan(this.model.get("entry"));
    if (!draft) return this.draft.drop();
    const at = new Date(draft.at).toLocaleString(document.documentElement.lang || undefined, {
      day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
    });
    const words = isBlank(draft.answer) ? "…" : inWords(this.model.get("form"), draft.answer, this.texts);
    const close = () => this.offer.replaceChildren();
    const use = () => (close(), this.field.write(draft.answer), this.replaced());
    const drop = () => (close(), this.draft.drop());
    return this.showOffer(fill(this.texts.draft, { moment: at, words }), [
      button(this.texts.draft_use, use, { class: "situ-main" }), button(this.texts.draft_drop, drop),
    ]);
  }

  showOffer(text, buttons) {
    const close = button(this.texts.close, () => this.offer.replaceChildren());
    this.offer.replaceChildren(make("div", {}, text), make("div", { class: "situ-line" }, buttons ?? close));
  }

  announce(text) {
    this.spoken.textContent = text;
  }

  close() {
    this.leave();
    this.root.querySelector("style").remove();
    clearTimeout(this.pause);
    clearTimeout(this.holding);
    clearTimeout(this.savingSoon);
    this.gone.abort();
    this.line.close();
    ["entry", "status", "hints"].forEach((trait) => this.model.off(`change:${trait}`, this.follower));
  }
}

function render({ model, el }) {
  const form = new Form(model, el);
  return () => form.close();
}

export default { render };
