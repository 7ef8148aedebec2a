"use strict";
// The page can be read without this: it copies, unfolds what a link leads to, and tells when the
// report is too old. Both scripts are allowed by their hash (see frame/policy.py).
(() => {
  const unfold = () => {
    const wanted = document.getElementById(location.hash.slice(1));
    if (!wanted) return;
    for (let each = wanted; each; each = each.parentElement) {
      if (each.tagName === "DETAILS") each.open = true;
    }
    wanted.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  addEventListener("DOMContentLoaded", unfold);

  // pytest-html has this in an attribute, where the page's policy allows no script.
  document.addEventListener("click", (event) => {
    if (event.target.closest(".summary__reload__button")) location.reload();
  });

  // A release of yesterday is none of today: the file stays as it is, what is shown does not.
  const top = document.querySelector("#contract .verdict");
  const age = () => {
    const minutes = Math.floor((Date.parse(top.dataset.until) - Date.now()) / 60000);
    const words = (each) => each < 120 ? `${each} minutes` : `${Math.floor(each / 60)} hours`;
    const left = top.querySelector(".left");
    if (left) left.textContent =
      minutes >= 0 ? ` (${words(minutes)} from now)` : ` (${words(-minutes)} ago)`;
    const late = top.querySelector(".late");
    if (minutes >= 0 || !late || !late.hidden) return;
    late.hidden = false;
    top.querySelector(".do").hidden = true;
    top.querySelector(".advice").textContent = "Ask again";
    top.querySelector(".sign").textContent = "?";
    top.classList.add("stale");
    document.title = `Ask again (out of date): ${document.title}`;
  };
  age();
  setInterval(age, 60000);

  const copy = (code) => {
    const range = document.createRange();
    range.selectNodeContents(code);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    // The old way works from file: and without asking; the new one where that is gone.
    if (document.execCommand && document.execCommand("copy")) return Promise.resolve();
    return navigator.clipboard.writeText(code.textContent);
  };
  for (const button of document.querySelectorAll("#contract button.copy")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      copy(button.parentElement.querySelector("code")).then(
        () => { button.textContent = "Copied"; },
        () => { button.textContent = "Select it"; }
      );
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
  }
})();
