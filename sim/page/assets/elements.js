// Tag, class and text -> an element. Text is always text: nothing on the page is parsed as markup.
export function element(tag, name = "", text = "", ...children) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== "") made.textContent = text;
  made.append(...children);
  return made;
}

export function colours() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

// A canvas as large as its box, in device pixels; gives the context in CSS pixels and its size.
export function canvas(node) {
  const { clientWidth: width, clientHeight: height } = node, scale = devicePixelRatio || 1;
  if (node.width !== Math.round(width * scale) || node.height !== Math.round(height * scale)) {
    node.width = Math.round(width * scale);
    node.height = Math.round(height * scale);
  }
  const pen = node.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  return { pen, width, height };
}
