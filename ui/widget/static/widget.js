// The page in the widget's frame: a question is sent, and its answer shown as it comes. All that comes is text.
"use strict";

const said = document.body.dataset;
const log = document.getElementById("log");
const status = document.getElementById("status");
const box = document.getElementById("question");
const visitor = remembered();
let conversation = null;
let turns = 0;
let asking = false;

// On a page that was not fetched over https, browsers have no randomUUID.
function uuid() {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

// The same one after a reload, where the browser keeps anything in a frame.
function remembered() {
  const own = crypto.randomUUID?.() ?? uuid();
  try {
    sessionStorage.coursecite ??= own;
    return sessionStorage.coursecite;
  } catch {
    return own;
  }
}

function make(name, text, parent, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  parent.append(made);
  return made;
}

class Answer {
  constructor() {
    this.turn = ++turns;
    this.part = make("section", "", log, "answer");
    this.text = make("p", "", this.part);
  }

  sentence({ text, support, citations, new_citations: added }) {
    const sentence = make("span", "", this.text, support);
    if (support === "unsupported") make("span", `${said.unsupported} `, sentence, "state");
    sentence.append(text);
    if (support === "weak") make("span", ` (${said.weak})`, sentence, "state");
    for (const number of citations) {
      const marker = make("button", `[${number}]`, sentence, "marker");
      marker.type = "button";
      marker.addEventListener("click", () => this.show(number));
    }
    this.text.append(" ");
    added.forEach((citation) => this.source(citation));
    this.part.scrollIntoView({ block: "end" });
  }

  source({ number, title, place, quote }) {
    if (!this.list) {
      make("h2", said.sources, this.part);
      this.list = make("ol", "", this.part);
    }
    const details = make("details", "", make("li", "", this.list));
    details.id = `source-${this.turn}-${number}`;
    const summary = make("summary", `[${number}] ${title} `, details);
    make("span", place, summary, "place");
    make("blockquote", quote, details);
  }

  show(number) {
    const details = document.getElementById(`source-${this.turn}-${number}`);
    details.open = true;
    details.scrollIntoView({ block: "nearest" });
    details.firstChild.focus();
  }

  refused(nearest) {
    this.text.textContent = said.refused;
    if (!nearest.length) return;
    make("p", said.nearest, this.part);
    for (const { title, place } of nearest) {
      const heading = place.split(" › ").pop().replace(/^.*§ /, "") || title;
      const button = make("button", place || title, this.part, "nearest");
      button.type = "button";
      button.addEventListener("click", () => ask(heading.endsWith("?") ? heading : said.about.replace("{heading}", heading)));
    }
  }
}

async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split(/\r?\n\r?\n/);
    rest = blocks.pop();
    for (const block of blocks) {
      const lines = block.split(/\r?\n/);
      const field = (name) => lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trim());
      if (field("data").length) yield { name: field("event")[0], row: JSON.parse(field("data").join("\n")) };
    }
  }
}

async function ask(question) {
  if (asking || !question.trim()) return;
  asking = true;
  make("p", question, log, "asked");
  status.textContent = said.searching;
  box.value = "";
  const answer = new Answer();
  try {
    status.textContent = await receive(question, answer);
  } catch {
    status.textContent = said.broken;
  }
  asking = false;
  answer.part.scrollIntoView({ block: "nearest" });
}

// What the status line says in the end.
async function receive(question, answer) {
  const response = await fetch(said.address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ question, visitor, conversation }),
  });
  if (!response.ok) return (await response.json()).error?.message ?? said.broken;
  for await (const { name, row } of events(response)) {
    if (name === "position") status.textContent = said.waiting.replace("{count}", row.ahead);
    if (name === "sentence") answer.sentence(row);
    if (name === "error") return row.message;
    if (name === "done") {
      conversation = row.conversation ?? conversation;
      if (!row.answered) answer.refused(row.nearest);
      return said.done;
    }
  }
  return said.broken;
}

document.getElementById("form").addEventListener("submit", (event) => {
  event.preventDefault();
  ask(box.value);
});

// The page around asks nothing of this one but to be told when it is to be closed.
function close() {
  parent.postMessage({ coursecite: "close" }, "*");
}
document.getElementById("close").addEventListener("click", close);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});
box.focus();
