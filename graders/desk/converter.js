/**
 * Log-odds and PD, each from the other, on two lines, and the difference in points between the lines.
 *
 * Owns that arithmetic and its drawing; style is the form's. It asks Python for nothing but its sentences.
 */

const ours = Math.random().toString(36).slice(2);
let made = 0;
const newId = () => `situ-converter-${ours}-${(made += 1)}`;

function make(tag, traits = {}, ...children) {
  const node = document.createElement(tag);
  Object.entries(traits).forEach(([name, value]) => node.setAttribute(name, value));
  node.append(...children);
  return node;
}

/** A number or a sum of numbers, with point or comma and any kind of minus; null for anything else. */
export function read(text) {
  const bare = text.replace(/[\s\u00a0\u202f%]/g, "").replace(/[\u2212\u2013]/g, "-").replaceAll(",", ".");
  const number = "(?:\\d+\\.?\\d*|\\.\\d+)";
  if (!new RegExp(`^[+-]?${number}(?:[+-]${number})*$`).test(bare)) return null;
  return bare.match(new RegExp(`[+-]?${number}`, "g")).reduce((sum, term) => sum + Number(term), 0);
}

export const toPd = (logOdds) => 100 / (1 + Math.exp(-logOdds));
export const toLogOdds = (pd) => Math.log(pd / (100 - pd));

/** A number as the learner writes numbers: with a comma where they typed one. */
function written(value, like) {
  const text = String(Number(value.toPrecision(4)));
  return like.includes(",") ? text.replace(".", ",") : text;
}

function drawLine(texts, name, changed) {
  const said = make("output", { class: "situ-quiet", id: newId() });
  const labels = [`${name}: ${texts.log_odds}`, `${name}: ${texts.pd}, %`];
  const [logOdds, pd] = labels.map((label) =>
    make("input", { type: "text", inputmode: "decimal", autocomplete: "off", class: "situ-number", "aria-label": label,
      "aria-describedby": said.id }));
  const line = { pd: null };

  function follow(from, to, convert, fits, problem) {
    const value = read(from.value);
    const good = value !== null && fits(value);
    const blank = from.value.trim() === "";
    [from, to].forEach((input) => input.removeAttribute("aria-invalid"));
    if (!good && !blank) from.setAttribute("aria-invalid", "true");
    to.value = good ? written(convert(value), from.value) : "";
    line.pd = good ? (from === pd ? value : convert(value)) : null;
    said.textContent = good ? odds(line.pd, from.value) : blank ? "" : value === null ? texts.no_number : problem;
    changed();
  }
  function odds(percent, like) {
    const ratio = percent / (100 - percent);
    const [template, times] = ratio < 1 ? [texts.to_one, 1 / ratio] : [texts.one_to, ratio];
    return template.replace("{times}", written(times, like));
  }
  const within = (value) => value > 0 && value < 100;
  const inReach = (value) => Math.abs(value) < 30; // beyond, a PD is 0 or 100 to thirteen digits
  logOdds.addEventListener("input", () => follow(logOdds, pd, toPd, inReach, texts.no_number));
  pd.addEventListener("input", () => follow(pd, logOdds, toLogOdds, within, texts.no_pd));
  line.node = make("div", { class: "situ-convert" }, make("span", {}, name),
    make("span", { class: "situ-line" }, logOdds, make("span", { class: "situ-unit" }, texts.log_odds)),
    make("span", { "aria-hidden": "true" }, "⇄"),
    make("span", { class: "situ-line" }, pd, make("span", { class: "situ-unit" }, "%")), said);
  line.like = () => logOdds.value + pd.value;
  return line;
}

function render({ model, el }) {
  const texts = model.get("texts");
  const difference = make("output", { class: "situ-difference" });
  const tell = () => {
    const both = lines.every((line) => line.pd !== null);
    const points = both ? lines[1].pd - lines[0].pd : 0;
    const sign = points > 0 ? "+" : "";
    const text = sign + written(points, lines[0].like());
    difference.textContent = both ? texts.difference.replace("{points}", text) : "";
  };
  const lines = [texts.first, texts.second].map((name) => drawLine(texts, name, () => tell()));
  const title = make("div", { class: "situ-title", id: newId() }, texts.title);
  // The paper's own style hides it only in Jupyter's pages, not in VS Code's.
  const hidePaper = make("style", {}, '.situ-paper[data-item="converter"] { display: none !important }');
  const root = make("div", { class: "situ-form situ-converter", role: "group", "aria-labelledby": title.id }, title,
    ...lines.map((line) => line.node), difference, make("div", { class: "situ-quiet" }, texts.how), hidePaper);
  // The notebook's own shortcuts, without Ctrl, Alt or Meta, move and delete cells, and Notebook 7 hears keys first.
  const keep = (event) =>
    root.contains(event.target) &&
    event.target.toggleAttribute("data-lm-suppress-shortcuts", !(event.ctrlKey || event.metaKey || event.altKey));
  window.addEventListener("keydown", keep, { capture: true });
  el.append(root);
  return () => {
    hidePaper.remove();
    window.removeEventListener("keydown", keep, { capture: true });
  };
}

export default { render };
