// Light on what belongs together; the rest steps back.

let hovered = null; // things under the pointer or with the focus
let pinned = null;

// Whether one edge goes on where another one ends: at the same box, or at one around or in it.
const touches = (one, two) => one && two && (inside(one, two) || inside(two, one));

// The whole way that an edge is a part of. A main path goes on from box to box; another edge is a
// way of its own, with those of its name.
function way(edge) {
  const found = new Set(data.edges.filter((it) => it.id === edge.id));
  if (!edge.bold) return found;
  const next = (it) => it.bold && it.tone === edge.tone && !found.has(it);
  const walk = (here, there) => {
    const open = [edge];
    while (open.length) {
      const last = open.pop();
      for (const it of data.edges) {
        if (next(it) && touches(last[here], it[there])) {
          found.add(it);
          open.push(it);
        }
      }
    }
  };
  walk('end', 'start');
  walk('start', 'end');
  return found;
}

// Everything that is lit with a thing.
function company(thing) {
  const lit = new Set([thing]);
  const light = (edges) => {
    for (const edge of edges) {
      for (const it of [edge, edge.start, edge.end]) if (it) lit.add(it);
    }
  };
  if (thing.kind === 'edge') light(way(thing));
  if (thing.kind === 'node') light(thing.edges);
  if (thing.kind === 'cluster') {
    light(data.edges.filter((it) => [it.start, it.end].some((end) => end && inside(end, thing))));
    for (const it of [...data.nodes, ...data.clusters]) if (inside(it, thing)) lit.add(it);
  }
  return lit;
}

function relight() {
  const chosen = hovered ?? (pinned && [pinned]);
  const lit = new Set();
  for (const thing of chosen ?? []) for (const it of company(thing)) lit.add(it);
  svg.classList.toggle('dim', lit.size > 0);
  for (const [group, thing] of things) {
    group.classList.toggle('lit', lit.has(thing));
    group.classList.toggle('pinned', thing === pinned);
  }
  for (const [group, cluster] of covers) {
    group.classList.toggle('lit', [...lit].some((it) => it.kind !== 'edge' && inside(it, cluster)));
  }
  for (const [head, edge] of heads) head.classList.toggle('lit', lit.has(edge));
}

function hover(list) {
  const same = list && hovered && list.length === hovered.length && list.every((it, at) => it === hovered[at]);
  if (same || (!list && !hovered)) return;
  hovered = list;
  relight();
}

function pin(thing) {
  pinned = thing;
  relight();
  tell(thing);
  if (thing?.area) reveal(thing);
}

// What is under the pointer. Edges that run together are met together.
function under(event) {
  const group = event.target.closest?.('svg.fmc > g');
  const thing = things.get(group);
  if (!thing) return null;
  if (thing.kind === 'cluster') return event.target.closest('.fold') ? [thing] : null;
  if (thing.kind === 'node') return [thing];
  const met = document.elementsFromPoint(event.clientX, event.clientY);
  const edges = new Set(met.map((it) => things.get(it.closest('svg.fmc > g'))));
  const found = data.edges.filter((it) => edges.has(it));
  return found.length ? found : [thing];
}

stage.addEventListener('pointermove', (event) => {
  if (event.pointerType !== 'touch' && !stage.classList.contains('dragging')) hover(under(event));
});
stage.addEventListener('pointerleave', () => hover(null));
