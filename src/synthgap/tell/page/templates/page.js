"use strict";
// Sorting of the tables of scores, and sections that open when they are jumped to.
const key = (row, place) => row.cells[place].dataset.value ?? "";

function sort(table, place, direction) {
  const body = table.tBodies[0];
  const isNumber = table.tHead.rows[0].cells[place].classList.contains("number");
  const rows = [...body.rows];
  rows.sort((one, other) => {
    const [a, b] = [key(one, place), key(other, place)];
    if (a === "" || b === "") return (a === "") - (b === "");
    return direction * (isNumber ? a - b : a.localeCompare(b));
  });
  body.append(...rows);
}

for (const table of document.querySelectorAll("table.scores")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, place) => {
    head.querySelector("button").addEventListener("click", () => {
      const isNumber = head.classList.contains("number");
      const was = head.getAttribute("aria-sort");
      const first = isNumber ? "descending" : "ascending";
      const second = isNumber ? "ascending" : "descending";
      for (const other of heads) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", was === first ? second : first);
      sort(table, place, head.getAttribute("aria-sort") === "ascending" ? 1 : -1);
    });
  });
}

function openTarget() {
  const id = decodeURIComponent(location.hash.slice(1));
  const target = id && document.getElementById(id);
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.scrollIntoView();
    target.querySelector("summary").focus({ preventScroll: true });
  }
}
addEventListener("hashchange", openTarget);
openTarget();

for (const button of document.querySelectorAll("[data-open]")) {
  button.addEventListener("click", () => {
    for (const task of document.querySelectorAll("details.task")) {
      task.open = button.dataset.open === "true";
    }
  });
}
