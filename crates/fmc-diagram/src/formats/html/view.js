// The window onto the picture: moving it, and coming closer.

const sheet = { width: svg.viewBox.baseVal.width, height: svg.viewBox.baseVal.height };
const view = { x: 0, y: 0, scale: 1 };
const NEAREST = 8;
const FARTHEST = 0.02;

function show() {
  svg.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
  document.getElementById('scale').textContent = `${Math.round(view.scale * 100)} %`;
}

// Lets the next move be seen as one, where that is welcome.
let resting;
function glide() {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  svg.classList.add('gliding');
  clearTimeout(resting);
  resting = setTimeout(() => svg.classList.remove('gliding'), 300);
}

function fit() {
  const { width, height } = stage.getBoundingClientRect();
  const scale = Math.min((width - 24) / sheet.width, (height - 24) / sheet.height, 1.5);
  view.scale = Math.max(scale, FARTHEST);
  view.x = (width - sheet.width * view.scale) / 2;
  view.y = (height - sheet.height * view.scale) / 2;
  show();
}

// Comes closer by a factor; what is at this point of the stage stays there.
function zoom(factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
  const scale = Math.min(Math.max(view.scale * factor, FARTHEST), NEAREST);
  const ratio = scale / view.scale;
  view.x = x - (x - view.x) * ratio;
  view.y = y - (y - view.y) * ratio;
  view.scale = scale;
  show();
}

function move(x, y) {
  view.x += x;
  view.y += y;
  show();
}

// Brings a thing into the middle, near enough to be read.
function centre(thing) {
  const [x, y, width, height] = thing.area;
  view.scale = Math.min(Math.max(view.scale, 1), NEAREST);
  view.x = stage.clientWidth / 2 - (x + width / 2) * view.scale;
  view.y = stage.clientHeight / 2 - (y + height / 2) * view.scale;
  glide();
  show();
}

// Moves only as far as is needed to see a thing.
function reveal(thing) {
  const [x, y, width, height] = thing.area;
  const margin = 24;
  const off = (from, to, size) =>
    from < margin ? margin - from : to > size - margin ? size - margin - to : 0;
  const left = view.x + x * view.scale;
  const top = view.y + y * view.scale;
  const dx = off(left, left + width * view.scale, stage.clientWidth);
  const dy = off(top, top + height * view.scale, stage.clientHeight);
  if (dx || dy) {
    glide();
    move(dx, dy);
  }
}

// --- mouse, pen and fingers

const pointers = new Map();
let moved = 0; // how far the pointer went since it was put down
const place = (event) => {
  const { left, top } = stage.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
};

stage.addEventListener('pointerdown', (event) => {
  if (event.button !== 0) return;
  if (pointers.size === 0) moved = 0;
  pointers.set(event.pointerId, place(event));
});
stage.addEventListener('pointermove', (event) => {
  const before = pointers.get(event.pointerId);
  if (!before) return;
  const now = place(event);
  const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
  pointers.set(event.pointerId, now);
  moved += Math.hypot(now.x - before.x, now.y - before.y);
  if (moved < 4) return;
  if (!stage.hasPointerCapture(event.pointerId)) stage.setPointerCapture(event.pointerId);
  stage.classList.add('dragging');
  if (others.length) {
    const far = (at) => Math.hypot(at.x - others[0].x, at.y - others[0].y) || 1;
    zoom(far(now) / far(before), (now.x + others[0].x) / 2, (now.y + others[0].y) / 2);
    move((now.x - before.x) / 2, (now.y - before.y) / 2);
  } else {
    move(now.x - before.x, now.y - before.y);
  }
});
for (const end of ['pointerup', 'pointercancel']) {
  stage.addEventListener(end, (event) => {
    pointers.delete(event.pointerId);
    if (pointers.size === 0) stage.classList.remove('dragging');
  });
}
stage.addEventListener('wheel', (event) => {
  event.preventDefault();
  const lines = event.deltaMode === 1 ? 16 : 1;
  const { x, y } = place(event);
  if (event.shiftKey) move(-(event.deltaX + event.deltaY) * lines, 0);
  else zoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0015)), x, y);
}, { passive: false });

// The browser scrolls to what gets the focus; the picture moves by itself.
stage.addEventListener('scroll', () => stage.scrollTo(0, 0));
