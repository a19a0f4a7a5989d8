for (const button of document.querySelectorAll("th button")) button.addEventListener("click", () => {
  const head = button.parentElement, body = head.closest("table").tBodies[0], place = head.cellIndex
  const down = head.getAttribute("aria-sort") === "ascending"
  for (const other of head.parentElement.cells) other.removeAttribute("aria-sort")
  head.setAttribute("aria-sort", down ? "descending" : "ascending")
  const value = row => { const given = row.cells[place].dataset.value; return given === undefined ? row.cells[place].textContent : given }
  const order = (a, b) => {
    const one = value(a), two = value(b)
    if (one === "" || two === "") return (one === "") - (two === "")
    const by = isNaN(one) || isNaN(two) ? one.localeCompare(two) : one - two
    return down ? -by : by
  }
  for (const row of [...body.rows].sort(order)) body.append(row)
})
