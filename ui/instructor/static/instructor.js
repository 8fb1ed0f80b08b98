// The instructors' pages: files sent with their progress, indexing and evaluation shown as they go on.
"use strict";

const token = document.querySelector("meta[name=csrf]").content;
const atOnce = 3;
const pollEvery = 700;

function element(name, text, parent) {
  const made = document.createElement(name);
  made.textContent = text;
  parent.append(made);
  return made;
}

function confirmForms(root) {
  for (const form of root.querySelectorAll("form[data-confirm]")) {
    form.addEventListener("submit", (event) => {
      if (!window.confirm(form.dataset.confirm)) event.preventDefault();
    });
  }
}

async function fetched(address) {
  const response = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!response.ok) throw new Error(String(response.status));
  return response;
}

/* Indexing */

class Indexing {
  constructor(box) {
    this.box = box;
    this.status = document.getElementById("indexing-status");
    this.bar = document.getElementById("indexing-progress");
    this.runs = Number(box.dataset.runs);
    this.asking = false;
    this.wanted = box.dataset.busy === "yes";
    if (this.wanted) this.follow();
  }

  // Ask until nothing is left to be done; once at least, for what was just uploaded.
  async follow() {
    this.wanted = true;
    if (this.asking) return;
    this.asking = true;
    while (this.wanted) {
      this.wanted = false;
      try {
        const state = await (await fetched(`${this.box.dataset.address}/state`)).json();
        await this.show(state);
        this.wanted ||= state.busy;
      } catch {
        this.wanted = true; // the server is being restarted, or the network is away
      }
      await new Promise((resolve) => setTimeout(resolve, pollEvery));
    }
    this.asking = false;
  }

  async show(state) {
    const said = this.box.dataset;
    this.bar.hidden = !state.busy;
    if (state.percent > 0) this.bar.value = state.percent;
    else this.bar.removeAttribute("value");
    let text = state.problem;
    if (state.stage === "waiting") text = said.waiting;
    if (state.stage === "reading") text = state.name ? `${said.reading} ${state.name}` : said.reading;
    if (state.stage === "idle" && state.runs > 0) text = said.done;
    if (this.status.textContent !== text) this.status.textContent = text;
    if (state.runs !== this.runs) {
      const table = await (await fetched(`${said.address}/table`)).text();
      const files = document.getElementById("files");
      files.innerHTML = table; // our own page, every text in it escaped
      confirmForms(files);
      this.runs = state.runs;
    }
  }
}

/* Uploading */

// fetch() tells nothing of how far an upload is; XMLHttpRequest does.
function post(address, file, name, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${address}?name=${encodeURIComponent(name)}`);
    request.setRequestHeader("X-CSRF-Token", token);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", (event) => progress(event.loaded / (event.total || 1)));
    request.addEventListener("load", () => {
      try {
        resolve(JSON.parse(request.responseText));
      } catch (error) {
        reject(error);
      }
    });
    request.addEventListener("error", reject);
    request.addEventListener("abort", reject);
    request.send(file);
  });
}

class Uploader {
  constructor(box, indexing) {
    this.said = box.dataset;
    this.list = document.getElementById("uploads");
    this.indexing = indexing;
    this.waiting = [];
    this.running = 0;
    const input = document.getElementById("upload");
    input.addEventListener("change", () => {
      this.add([...input.files]);
      input.value = "";
    });
    box.addEventListener("dragover", (event) => {
      event.preventDefault();
      box.classList.add("over");
    });
    box.addEventListener("dragleave", () => box.classList.remove("over"));
    box.addEventListener("drop", (event) => {
      event.preventDefault();
      box.classList.remove("over");
      this.add([...event.dataTransfer.files]);
    });
    document.getElementById("files").addEventListener("change", (event) => {
      if (!event.target.matches("input.replace")) return;
      this.add([...event.target.files], event.target.dataset.name);
      event.target.value = "";
    });
  }

  add(files, name) {
    for (const file of files) {
      const item = element("li", "", this.list);
      element("span", name || file.name, item).className = "name";
      const bar = element("progress", "", item);
      bar.max = 1;
      bar.value = 0;
      bar.setAttribute("aria-label", name || file.name);
      const note = element("span", this.said.waiting, item);
      note.className = "note";
      this.waiting.push({ file, name: name || file.name, bar, note });
    }
    this.next();
  }

  next() {
    while (this.running < atOnce && this.waiting.length) {
      this.running += 1;
      this.send(this.waiting.shift()).finally(() => {
        this.running -= 1;
        this.next();
      });
    }
  }

  async send({ file, name, bar, note }) {
    const ended = (text, good) => {
      note.textContent = text;
      note.classList.add(good ? "good" : "problem");
      note.setAttribute("role", good ? "status" : "alert");
      bar.hidden = true;
    };
    if (file.size > Number(this.said.most)) return ended(this.said.tooLarge, false);
    try {
      const answer = await post(this.said.address, file, name, (share) => {
        bar.value = share;
        note.textContent = `${Math.round(100 * share)} %`;
      });
      if (answer.error) ended(answer.error, false);
      else ended(this.said.done, true);
    } catch {
      ended(this.said.broken, false);
    }
    this.indexing.follow();
  }

}

/* Evaluation */

async function replaceSet(said, file) {
  const status = document.getElementById("set-status");
  status.textContent = "";
  if (file.size > Number(said.most)) {
    status.textContent = said.tooLarge;
    return;
  }
  try {
    const answer = await post(said.address, file, file.name, () => {});
    if (answer.error) status.textContent = answer.error;
    else window.location.reload();
  } catch {
    status.textContent = said.broken;
  }
}

class Evaluation {
  constructor(box) {
    this.box = box;
    this.status = document.getElementById("evaluation-status");
    this.bar = document.getElementById("evaluation-progress");
    if (box.dataset.busy === "yes") this.follow();
  }

  async follow() {
    for (;;) {
      try {
        const state = await (await fetched(`${this.box.dataset.address}/state`)).json();
        if (!state.busy) {
          window.location.reload();
          return;
        }
        if (state.total) {
          this.bar.max = state.total;
          this.bar.value = state.done;
        }
        if (this.status.textContent !== state.said) this.status.textContent = state.said;
      } catch {
        // the server is being restarted, or the network is away: ask again
      }
      await new Promise((resolve) => setTimeout(resolve, pollEvery));
    }
  }
}

confirmForms(document);
const indexingBox = document.getElementById("indexing");
if (indexingBox) {
  const indexing = new Indexing(indexingBox);
  const uploader = document.getElementById("uploader");
  if (uploader) new Uploader(uploader, indexing);
}
const setBox = document.getElementById("set-uploader");
if (setBox) {
  const input = document.getElementById("set-file");
  input.addEventListener("change", () => {
    if (input.files.length) replaceSet(setBox.dataset, input.files[0]);
    input.value = "";
  });
}
const evaluationBox = document.getElementById("evaluation");
if (evaluationBox) new Evaluation(evaluationBox);
