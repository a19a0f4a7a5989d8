// A page of a phone -> asks every second and a half whether there is something else to show. A phone that slept asks when it wakes.
const { mark, lost } = document.body.dataset;
const note = document.createElement("p");
note.className = "problem";
note.setAttribute("role", "status");

async function look() {
  if (document.hidden || mark === "out") return;
  try {
    const answer = await fetch("/join/state", { cache: "no-store", signal: AbortSignal.timeout?.(4000) });
    const now = (await answer.json()).mark;
    note.remove();
    if (now !== mark) location.replace("/join");
  } catch {
    note.textContent = lost;
    document.querySelector("main").append(note);
  }
}

// Phones of a class do not all ask in the same moment.
setInterval(look, 1300 + Math.random() * 400);
document.addEventListener("visibilitychange", look);
