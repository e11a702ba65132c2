// What is in the picture: the data of the page, and the groups of the picture that belong to it.

const data = JSON.parse(document.getElementById('fmc-data').textContent);
const words = data.words;
const svg = document.querySelector('svg.fmc');
const stage = document.getElementById('stage');
const SVG = 'http://www.w3.org/2000/svg';

const things = new Map(); // by the group that draws it
const ends = new Map(); // nodes and clusters by id
const parts = (kind) => [...svg.querySelectorAll(`:scope > g.${kind}`)];

for (const [kind, list] of [['cluster', data.clusters], ['node', data.nodes], ['edge', data.edges]]) {
  const groups = parts(kind);
  list.forEach((thing, at) => {
    Object.assign(thing, { kind, group: groups[at], edges: [] });
    things.set(thing.group, thing);
    if (kind !== 'edge') ends.set(thing.id, thing);
  });
}
for (const edge of data.edges) {
  edge.start = ends.get(edge.from);
  edge.end = ends.get(edge.to);
  for (const end of new Set([edge.start, edge.end])) end?.edges.push(edge);
}

// The clusters around a thing, from the innermost outwards.
function around(thing) {
  const found = [];
  for (let it = ends.get(thing.cluster); it && !found.includes(it); it = ends.get(it.cluster)) found.push(it);
  return found;
}

const inside = (thing, cluster) => thing === cluster || around(thing).includes(cluster);
const named = (thing) => thing?.name || thing?.id || '';

function edgeName(edge) {
  const label = edge.label.length ? `: ${edge.label.join(' ')}` : '';
  return `${named(edge.start)} → ${named(edge.end)}${label}`;
}

// A new element, without any way for a text to become more than a text.
function make(tag, attributes = {}, ...children) {
  const it = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) it.setAttribute(name, value);
  it.append(...children.filter((child) => child !== null));
  return it;
}

function draw(tag, attributes = {}, text = null) {
  const it = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) it.setAttribute(name, value);
  if (text !== null) it.textContent = text;
  return it;
}

// Puts values into a sentence.
const say = (sentence, ...values) => values.reduce((it, value) => it.replace('{}', () => value), sentence);

const live = document.getElementById('live');
function announce(sentence) {
  live.textContent = sentence;
}
