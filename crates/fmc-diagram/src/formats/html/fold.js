// Folded clusters: the box keeps its place and says how much is in it; lines that leave it end at
// its border.

const folded = new Set();
const covers = new Map(); // the group that lies over a folded cluster, and the cluster
const heads = new Map(); // the arrowheads at the borders of folded clusters, and their edges
const lid = svg.appendChild(draw('g', { class: 'lid' }));

// The outermost folded cluster that holds a thing.
const coverOf = (thing) => around(thing).filter((it) => folded.has(it)).pop();
const insides = (cluster, list) => list.filter((it) => it !== cluster && inside(it, cluster));

// What opens and closes a cluster: its title, with a sign behind it.
function handle(cluster) {
  const [x, y, width] = cluster.area;
  const [right, middle] = cluster.head.length ? cluster.head : [x + 10, y + 14];
  const reach = Math.min(right - x + 14, width - 2);
  const group = draw('g', { class: 'fold', role: 'button', tabindex: 0 });
  group.append(
    draw('rect', { x: x + 1, y: y + 1, width: reach, height: 2 * (middle - y) - 2, rx: 8 }),
    draw('path', { d: `M${right + 4} ${middle - 1.5}l2.75 3 2.75-3` }),
  );
  return group;
}

function contents(cluster) {
  const count = (number, one, many) => (number ? [say(number === 1 ? one : many, number)] : []);
  const nodes = insides(cluster, data.nodes).length;
  const clusters = insides(cluster, data.clusters).length;
  return [
    ...count(nodes, words.node_count_one, words.node_count),
    ...count(clusters, words.cluster_count_one, words.cluster_count),
  ].join(' · ');
}

// Where a route comes from the outside into an area, and the direction in which it does.
function entry(route, [left, top, width, height]) {
  const within = ([x, y]) => x > left && x < left + width && y > top && y < top + height;
  for (let at = 1; at < route.length; at += 1) {
    const [from, to] = [route[at - 1], route[at]];
    if (within(from) || !(within(to) || at === route.length - 1)) continue;
    const dx = Math.sign(to[0] - from[0]);
    const dy = Math.sign(to[1] - from[1]);
    const x = dx > 0 ? left : dx < 0 ? left + width : to[0];
    const y = dy > 0 ? top : dy < 0 ? top + height : to[1];
    return { x, y, dx, dy };
  }
  return null;
}

function arrow(edge, area, route) {
  const head = edge.group.querySelector('path[class^="f-"]');
  const at = entry(route, area);
  if (!head || !at) return;
  const point = (along, aside) => `${at.x + along * at.dx - aside * at.dy} ${at.y + along * at.dy + aside * at.dx}`;
  const d = `M${point(0, 0)}L${point(-9, 4)}L${point(-7, 0)}L${point(-9, -4)}Z`;
  const added = draw('path', { d, class: `head ${head.getAttribute('class')}` });
  lid.before(added);
  heads.set(added, edge);
}

function cover(cluster) {
  const group = cluster.group.cloneNode(true);
  const [x, y, width, height] = cluster.area;
  const top = 30;
  group.setAttribute('class', 'cover');
  group.querySelector(':scope > title')?.remove();
  group.append(draw('text', {
    class: 'count', x: x + width / 2, y: y + Math.max(height / 2, top) + 4, 'text-anchor': 'middle',
  }, contents(cluster)));
  lid.before(group);
  covers.set(group, cluster);
}

function refold() {
  for (const it of [...covers.keys(), ...heads.keys()]) it.remove();
  covers.clear();
  heads.clear();
  const hide = (thing, hidden) => thing.group.classList.toggle('hidden', hidden);
  for (const thing of [...data.nodes, ...data.clusters]) {
    hide(thing, Boolean(coverOf(thing)));
  }
  const shown = (end) => end && (coverOf(end) ?? end);
  for (const cluster of folded) if (!coverOf(cluster)) cover(cluster);
  for (const edge of data.edges) {
    const [start, end] = [shown(edge.start), shown(edge.end)];
    const between = start && end && (start !== edge.start || end !== edge.end);
    hide(edge, Boolean(between && (inside(start, end) || inside(end, start)) && [start, end].some((it) => folded.has(it))));
    if (!between || edge.group.classList.contains('hidden')) continue;
    if (end !== edge.end && edge.heads.includes('>')) arrow(edge, end.area, edge.route);
    if (start !== edge.start && edge.heads.includes('<')) arrow(edge, start.area, [...edge.route].reverse());
  }
  for (const cluster of data.clusters) {
    for (const group of svg.querySelectorAll('.fold')) {
      if (owner(group) !== cluster) continue;
      const open = !folded.has(cluster);
      group.setAttribute('aria-expanded', open);
      group.setAttribute('aria-label', `${named(cluster)}, ${contents(cluster)}`);
    }
  }
  relight();
}

const owner = (group) => things.get(group.parentNode) ?? covers.get(group.parentNode);

function fold(cluster, close = !folded.has(cluster)) {
  if (close) folded.add(cluster);
  else folded.delete(cluster);
  refold();
  announce(say(close ? words.folded : words.unfolded, named(cluster)));
}

// Opens every cluster around a thing, so that it can be seen.
function open(thing) {
  const closed = around(thing).filter((it) => folded.has(it));
  closed.forEach((it) => folded.delete(it));
  if (closed.length) refold();
}

function foldAll() {
  const outer = data.clusters.filter((it) => !around(it).length && contents(it));
  const close = folded.size === 0;
  folded.clear();
  if (close) outer.forEach((it) => folded.add(it));
  refold();
  document.getElementById('fold').setAttribute('aria-pressed', close);
}

for (const cluster of data.clusters) {
  if (contents(cluster)) cluster.group.append(handle(cluster));
}
