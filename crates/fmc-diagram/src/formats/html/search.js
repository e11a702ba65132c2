// Finding things by any of their words.

const field = document.getElementById('search');
const status = document.getElementById('hits');
const rings = svg.appendChild(draw('g', { class: 'rings' }));
let hits = [];
let current = -1;

// Without case and accents, so that `publico` finds `Público`.
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

for (const thing of [...data.nodes, ...data.clusters]) {
  thing.haystack = plain([thing.id, thing.name, ...thing.texts, ...thing.details.flat()].join('\n'));
}

function find(text) {
  const parts = plain(text).split(/\s+/).filter(Boolean);
  const matches = (thing) => parts.every((it) => thing.haystack.includes(it));
  hits = parts.length ? [...reading, ...data.clusters].filter(matches) : [];
  current = -1;
  if (hits.length) step(1);
  else mark();
}

function step(by) {
  if (!hits.length) return;
  current = (current + by + hits.length) % hits.length;
  open(hits[current]);
  centre(hits[current]);
  mark();
}

function mark() {
  rings.replaceChildren(...hits.map((thing, at) => {
    const [x, y, width, height] = thing.area;
    const ring = { x: x - 3, y: y - 3, width: width + 6, height: height + 6, rx: 11 };
    return draw('rect', { ...ring, class: at === current ? 'ring current' : 'ring' });
  }));
  const wanted = field.value.trim() !== '';
  status.textContent = hits.length ? say(words.hits, current + 1, hits.length) : wanted ? words.nothing : '';
  for (const id of ['previous', 'next']) document.getElementById(id).disabled = hits.length < 2;
  if (hits.length) announce(`${named(hits[current])}. ${status.textContent}`);
  else if (wanted) announce(words.nothing);
}

function clearSearch() {
  field.value = '';
  find('');
}

field.addEventListener('input', () => find(field.value));
field.addEventListener('keydown', (event) => {
  if (event.key === 'Enter') {
    event.preventDefault();
    if (event.altKey && hits.length) choose(hits[current]);
    else step(event.shiftKey ? -1 : 1);
  }
});
