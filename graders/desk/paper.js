// Brings a paper up to date: asks Jupyter's server for answers.json and writes the last saved answer, as text, into the paper.
(async () => {
  const paper = document.currentScript && document.currentScript.closest(".situ-paper, .jp-RenderedHTML, body").querySelector(".situ-paper");
  const settings = document.getElementById("jupyter-config-data");
  if (!paper || !paper.dataset.book || !settings) return;
  const { baseUrl = "/", serverRoot = "" } = JSON.parse(settings.textContent);
  const root = serverRoot.replace(/\/$/, "") + "/";
  if (!paper.dataset.book.startsWith(root)) return;
  const path = paper.dataset.book.slice(root.length).split("/").map(encodeURIComponent).join("/");
  const reply = await fetch(`${baseUrl}api/contents/${path}?type=file&format=text&content=1`).catch(() => null);
  if (!reply || !reply.ok) return;
  const entry = (JSON.parse((await reply.json()).content).answers || {})[paper.dataset.item];
  if (!entry) return;
  const moment = new Date(entry.saved).toLocaleString(document.documentElement.lang || undefined, {
    day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
  });
  const said = JSON.parse(paper.dataset.texts).saved.replace("{moment}", moment).replace("{words}", entry.words);
  const card = paper.querySelector(".situ-paper-card").firstElementChild; // keeps its edge; what it said may be out of date
  const title = document.createElement("strong");
  title.textContent = paper.dataset.item;
  card.replaceChildren(title, ` · ${said}`);
})();
