"use strict";
const form = document.getElementById("filter");
const questions = [...document.querySelectorAll("details.question")];
const words = new Map(questions.map((one) => [one, one.textContent.toLowerCase()]));

function filter() {
  const wanted = new FormData(form);
  const text = wanted.get("text").trim().toLowerCase();
  let shown = 0;
  for (const one of questions) {
    const fits = words.get(one).includes(text) &&
      ["outcome", "kind", "shape"].every((name) => !wanted.get(name) || one.dataset[name] === wanted.get(name));
    one.hidden = !fits;
    shown += fits;
  }
  form.elements.shown.value = `${shown} of ${questions.length} questions`;
  document.getElementById("none").hidden = shown > 0;
}

function openLinked() {
  const linked = questions.find((one) => `#${one.id}` === location.hash);
  if (!linked) return;
  if (linked.hidden) { form.reset(); filter(); }
  linked.open = true;
  linked.scrollIntoView();
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", filter);
addEventListener("hashchange", openLinked);
form.hidden = false;
filter();
openLinked();
