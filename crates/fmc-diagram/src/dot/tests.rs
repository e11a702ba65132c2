use super::*;
use crate::graph::{Direction, End, Heads, Stroke};
use crate::layout::{Medium, place};

fn graph(text: &str) -> Graph {
    let (graph, notices) = read(text).unwrap();
    assert_eq!(notices, [], "{text}");
    graph
}

/// The graph in a few words: nodes in their clusters, then edges.
fn shown(graph: &Graph) -> Vec<String> {
    let mut shown = Vec::new();
    for it in &graph.nodes {
        let lines: Vec<_> = it.lines.iter().map(|it| &*it.text).collect();
        let around = graph.around(End::Node(shown.len()));
        let around = around.iter().rev().map(|it| format!("{}/", graph.clusters[*it].id));
        shown.push(format!("{}{}: {}", around.collect::<String>(), it.id, lines.join("|")));
    }
    for it in &graph.edges {
        let arrow = match it.heads {
            Heads::Forward => "->",
            Heads::Back => "<-",
            Heads::Both => "<->",
            Heads::None => "--",
        };
        let line = format!("{} {arrow} {} {}", graph.id(it.from), graph.id(it.to), it.label);
        shown.push(line.trim_end().to_owned());
    }
    shown
}

/// What is read from this text, without a notice.
fn check(text: &str, expected: &[&str]) {
    assert_eq!(shown(&graph(text)), expected, "{text}");
}

/// The error that this text has, as people see it.
fn fails(text: &str, expected: &str) {
    assert_eq!(read(text).unwrap_err().to_string(), expected, "{text}");
}

/// The one notice that this text has.
fn notices(text: &str, expected: &str) {
    let (_, notices) = read(text).unwrap();
    let notices: Vec<_> = notices.iter().map(ToString::to_string).collect();
    assert_eq!(notices, [expected], "{text}");
}

#[test]
fn chains_and_sets() {
    check("digraph { a -> b -> c }", &["a: a", "b: b", "c: c", "a -> b", "b -> c"]);
    check("graph { a -- {b c} }", &["a: a", "b: b", "c: c", "a -- b", "a -- c"]);
    check("digraph { a, b -> c:n:se }", &["a: a", "b: b", "c: c", "a -> c", "b -> c"]);
    check("digraph{subgraph x{a;a;b}c->subgraph x}", &["a: a", "b: b", "c: c", "c -> a", "c -> b"]);
    check("strict graph { a--b b--a [label=x] }", &["a: a", "b: b", "a -- b x"]);
    check("digraph { a->a a->a }", &["a: a", "a -> a", "a -> a"]);
    check("digraph {}", &[]);
}

#[test]
fn names_and_strings() {
    check(
        "\u{feff}DiGraph Ünï { -1.5 ; .5; 7; _a9; \"a b\"; }",
        &["-1.5: -1.5", ".5: .5", "7: 7", "_a9: _a9", "a b: a b"],
    );
    check("digraph { \"a\" + \"b\"\n+\"c\" -> \"x\\\ny\" }", &["abc: abc", "xy: xy", "abc -> xy"]);
    check("digraph { \"node\" \"\" \"\" }", &["node: node", "node-2: "]);
    check("# line\ndigraph /* a */ { // b -> c\n# 1 \"file\"\n a /*/ b */ }", &["a: a"]);
    check(
        r#"digraph G { a [label="\N of \G\nx\ly\r\"q\" \\n &amp; &#233;&#x1F680; &no;"] }"#,
        &["a: a of G|x|y|\"q\" \\n & é🚀 &no;"],
    );
    check(r#"digraph { a -> b [label="\T to \H: \E"] }"#, &["a: a", "b: b", "a -> b a to b: a->b"]);
}

#[test]
fn html_and_records_become_lines() {
    check(
        "digraph { a [label=<<b>One</b><br/>two &lt; <i>three</i> <!-- > -->>] }",
        &["a: One|two < three"],
    );
    check(
        "digraph { a [label=<<table border='0'><tr><td>x</td><td>y</td></tr>\n<tr><td>z</td></tr></table>>] }",
        &["a: x y|z"],
    );
    check(
        "digraph { a [shape=record label=\"<f0> left|{ mid | \\{x\\} }\"] }",
        &["a: left|mid|{x}"],
    );
    let text = "digraph { a [label=<<TABLE><TR><TD><IMG SCALE=\"true\" SRC=\"db.png\"/></TD></TR></TABLE>>] }";
    assert_eq!(graph(text).nodes[0].icon, "db.png");
}

#[test]
fn clusters_nest_and_groups_do_not() {
    check(
        "digraph { subgraph cluster_a { x; subgraph cluster_b { y } subgraph g { z } } y -> x }",
        &["cluster_a/x: x", "cluster_a/cluster_b/y: y", "cluster_a/z: z", "y -> x"],
    );
    check("digraph { a; subgraph cluster_a { a } }", &["cluster_a/a: a"]);
    check(
        "digraph { subgraph cluster_a { a; subgraph cluster_b { a } } }",
        &["cluster_a/cluster_b/a: a"],
    );
    notices(
        "digraph { subgraph cluster_a { a }\nsubgraph cluster_b { a } }",
        "line 2, column 22: this node is in another cluster already, and stays there",
    );
    let it = graph(
        "digraph { label=T subgraph cluster_a { label=\"A\\nnote\" URL=u x } \
                    subgraph cluster_b { y } subgraph cluster_a { tooltip=t z } }",
    );
    assert_eq!(it.title, "T");
    let [a, b] = &it.clusters[..] else { panic!("{it:?}") };
    assert_eq!((&*a.label, &*a.note, a.link.as_deref()), ("A", "note", Some("u")));
    assert_eq!(a.details, [("tooltip".to_owned(), "t".to_owned())]);
    assert_eq!((&*b.label, b.link.as_deref()), ("", None));
    assert_eq!(it.nodes[2].cluster, Some(0));
}

#[test]
fn edges_end_at_clusters() {
    check(
        "digraph { compound=true; subgraph cluster_a {a} subgraph cluster_b {b} \
         a -> b [ltail=cluster_a lhead=cluster_b] }",
        &["cluster_a/a: a", "cluster_b/b: b", "cluster_a -> cluster_b"],
    );
    for (attributes, message) in [
        ("compound=false lhead=cluster_b", "compound=true"),
        ("lhead=cluster_c", "no cluster has this name"),
        ("lhead=cluster_a", "its own node is not in"),
        ("ltail=cluster_o", "does not leave this cluster"),
    ] {
        let compound = if attributes.contains("compound") { "" } else { "compound=1" };
        let (_, notices) = read(&format!(
            "digraph {{ {compound}; subgraph cluster_o {{ subgraph cluster_a {{a}} \
             subgraph cluster_b {{b}} }} a -> b [{attributes}] }}"
        ))
        .unwrap();
        assert!(notices.len() == 1 && notices[0].message.contains(message), "{notices:?}");
    }
}

#[test]
fn defaults_hold_for_what_comes_behind_them() {
    let it = graph(
        "digraph { a; node [image=\"x.png\"]; edge [style=dashed color=red]; b; \
         subgraph { node [image=\"y.png\"] edge [style=bold] c -> b } d -> a [style=dotted] }",
    );
    let icons: Vec<_> = it.nodes.iter().map(|it| &*it.icon).collect();
    assert_eq!(icons, ["", "x.png", "y.png", "x.png"]);
    assert_eq!((it.edges[0].style, it.edges[1].style), (Stroke::Bold, Stroke::Dotted));
    assert_eq!(it.edges[0].tone, it.edges[1].tone);
    assert_ne!(it.edges[0].tone.0, 0);
}

#[test]
fn directions() {
    assert_eq!(graph("digraph { rankdir=LR }").direction, Direction::Right);
    assert_eq!(graph("digraph { graph [rankdir=TB] }").direction, Direction::Down);
    let it = graph("digraph { rankdir=BT; a -> b; b -> c [dir=both] }");
    assert_eq!(shown(&it)[3..], ["b <- a", "c <-> b"]);
    let it = graph("digraph { rankdir=RL; {rank=min; a} subgraph cluster_x {rankdir=LR b} }");
    assert_eq!((it.direction, it.nodes[0].tier), (Direction::Right, Some(1)));
    assert_eq!(it.clusters[0].direction, None);
}

#[test]
fn pictures_read_upwards_and_from_the_right_where_that_is_asked_for() {
    for (direction, along, against) in
        [("TB", false, false), ("BT", false, true), ("LR", true, false), ("RL", true, true)]
    {
        let graph =
            graph(&format!("digraph {{ rankdir={direction}; a -> b -> c; c -> a [dir=back] }}"));
        let scene = place(&graph, Medium::Paper);
        let places: Vec<f64> =
            scene.nodes.iter().map(|it| if along { it.area.x } else { it.area.y }).collect();
        let mut sorted = places.clone();
        sorted.sort_by(f64::total_cmp);
        if against {
            sorted.reverse();
        }
        assert_eq!(places, sorted, "{direction}");
        // Wherever a line starts, its arrowhead is where the author put it.
        let pointed = scene.edges.iter().map(|it| match it.heads {
            Heads::Forward => &*it.to,
            _ => &*it.from,
        });
        assert_eq!(pointed.collect::<Vec<_>>(), ["b", "c", "c"], "{direction}");
    }
}

#[test]
fn heads_strokes_and_ranks() {
    check(
        "digraph { a->b [dir=none] a->b [dir=back] a->b [dir=both arrowtail=none] \
         a->b [arrowhead=none] }",
        &["a: a", "b: b", "a -- b", "a <- b", "a -> b", "a -- b"],
    );
    let it = graph(
        "digraph { {rank=same; a b} a -> b; a -> c [constraint=false, penwidth=3]; b -> c; \
         c -> d [style=\"rounded, setlinewidth(2)\"] }",
    );
    assert_eq!(it.edges.iter().map(|it| it.peer).collect::<Vec<_>>(), [true, true, false, false]);
    assert_eq!((it.edges[1].style, it.edges[3].style), (Stroke::Bold, Stroke::Bold));
}

#[test]
fn links_tooltips_and_other_labels() {
    let it = graph(
        "digraph { a [URL=\"https://x/?a=1&amp;b\" tooltip=\"\\N!\" xlabel=\"10.0.0.1\"] \
         a -> a [xlabel=x] a -> a [label=l headlabel=h edgeURL=e tailtooltip=t] }",
    );
    assert_eq!(it.nodes[0].link.as_deref(), Some("https://x/?a=1&b"));
    assert_eq!(it.nodes[0].details, [("tooltip".to_owned(), "a!".to_owned())]);
    assert_eq!(it.nodes[0].lines[1].text, "10.0.0.1");
    assert_eq!(it.edges[0].label, "x");
    let second = &it.edges[1];
    assert_eq!((&*second.label, second.link.as_deref()), ("l", Some("e")));
    let details = [("headlabel", "h"), ("tailtooltip", "t")];
    assert_eq!(second.details, details.map(|it| (it.0.to_owned(), it.1.to_owned())));
}

#[test]
fn what_is_hidden_is_left_out() {
    check("digraph { a -> b [style=invis] b -> c }", &["a: a", "b: b", "c: c", "b -> c"]);
    let text = "digraph { a; h [style=\"filled,invis\"]; subgraph cluster_x { style=invis \
                subgraph cluster_y { style=\"\" b } } a -> h -> b -> a }";
    let (it, notices) = read(text).unwrap();
    assert_eq!(shown(&it), ["a: a", "cluster_y/b: b", "b -> a"]);
    assert_eq!(
        notices[0].to_string(),
        "line 1, column 14: this node is hidden, and left out with its edges"
    );
}

#[test]
fn points_stay_as_nodes_without_anything() {
    for node in
        ["shape=point", "label=\"\"", "label=\"\" image=\"/x/resources/generic/blank/blank.png\""]
    {
        let it = graph(&format!("digraph {{ a -> p -> b; p [{node}] }}"));
        assert_eq!((it.nodes[1].lines.len(), &*it.nodes[1].icon, it.edges.len()), (0, "", 2));
    }
}

#[test]
fn mistakes_are_explained() {
    fails(
        "",
        "line 1, column 1: there is no graph in this file (a graph is written as `digraph { a -> b }`)",
    );
    fails(
        "diagraph {}",
        "line 1, column 1: a graph cannot start with `diagraph` (it starts with `digraph` or `graph`, maybe behind `strict`)",
    );
    fails(
        "digraph {\n  subgraph x {\n    a\n",
        "line 2, column 14: this `{` is never closed (add the missing `}`)",
    );
    fails(
        "digraph { a }\n}",
        "line 2, column 1: this `}` closes nothing (a `}` before it may be one too many)",
    );
    fails(
        "digraph { a -- b }",
        "line 1, column 13: edges of a `digraph` are written `->`, not `--` (an edge without an arrowhead has [dir=none])",
    );
    fails(
        "graph { a -> b }",
        "line 1, column 11: edges of a `graph` are written `--`, not `->` (a graph with arrows starts with `digraph`)",
    );
    fails(
        "digraph { a [label=] }",
        "line 1, column 20: the value of `label` belongs here, not `]` (anything but a name or a number is written in quotes)",
    );
    fails(
        "digraph { a [=x] }",
        "line 1, column 14: the name of an attribute belongs here, not `=` (attributes are written [name=value, name=value])",
    );
    fails(
        "digraph { a [label=x",
        "line 1, column 13: this `[` is never closed (add the missing `]`)",
    );
    fails("digraph { a -> }", "line 1, column 16: the name of a node belongs here, not `}`");
    fails(
        "digraph { a -> b ] }",
        "line 1, column 18: the name of a node belongs here, not `]` (`]` belongs behind a node or an edge)",
    );
    fails(
        "digraph { node -> b }",
        "line 1, column 11: `node` is a keyword and stands before attributes in `[]` (a node of that name is written \"node\")",
    );
    fails(
        "digraph { 2vCPU }",
        "line 1, column 11: `2vCPU` is neither a number nor a name (write it in quotes: \"2vCPU\")",
    );
    fails(
        "digraph { a [x=\"b] }",
        "line 1, column 16: this string has no end (a string ends with `\"`)",
    );
    fails(
        "digraph { /* }",
        "line 1, column 11: this comment has no end (a comment ends with `*/`)",
    );
    fails(
        "digraph { a [x=<<b>] }",
        "line 1, column 16: this HTML has no end (every `<` in it needs its `>`)",
    );
    fails(
        "digraph { á @ }",
        "line 1, column 13: `@` means nothing here (names with such characters are written in quotes: \"…\")",
    );
    fails("digraph { a + b }", "line 1, column 13: the name of a node belongs here, not `+`");
    fails("digraph { \"a\" + b }", "line 1, column 11: `+` joins strings in quotes only");
    fails(
        "digraph { a:->b }",
        "line 1, column 13: the name of a port belongs here, not `->` (a name with `:` in it is written in quotes)",
    );
    fails(
        "digraph { subgraph cluster_a { subgraph cluster_a { x } } }",
        "line 1, column 41: this cluster is inside of itself",
    );
    notices(
        "digraph { a } digraph { b }",
        "line 1, column 15: only the first graph of a file is read",
    );
    notices(
        "digraph { subgraph s { a } [color=red] }",
        "line 1, column 29: attributes of a subgraph are written inside of it",
    );
}

#[test]
fn tags_of_html_that_do_not_match_are_told_where_they_stand() {
    notices(
        "digraph { a [label=<<b>x</i>>] }",
        "line 1, column 25: `</i>` stands where `<b>` is still open",
    );
    notices("digraph { a [label=<x\n ñ<td>y>] }", "line 2, column 3: `<td>` is never closed");
    notices("digraph { a [label=<x<br/></b>>] }", "line 1, column 27: `</b>` closes nothing");
    for sound in ["<b><i>x</i></b>", "<BR>x<hr/><IMG SRC='a.png'>", "a <!-- <b> --> b", "<X/>y"] {
        graph(&format!("digraph {{ a [label=<{sound}>] }}"));
    }
}

/// So many names of nodes.
fn names(count: usize) -> String {
    let names: Vec<_> = (0..count).map(|it| format!("n{it}")).collect();
    names.join(" ")
}

#[test]
fn hostile_files_are_refused_or_cut() {
    let deep = format!("digraph {} {}", "{".repeat(100_000), "}".repeat(100_000));
    assert!(read(&deep).unwrap_err().message.contains("subgraphs are in each other"));
    let many = names(600);
    let product = format!("digraph {{ {{{many}}} -> {{{many}}} }}");
    assert!(read(&product).unwrap_err().message.contains("more than 250000 edges"));
    let strict = format!(
        "strict digraph {{ subgraph x {{{many}}} {} }}",
        "subgraph x -> subgraph x; ".repeat(9)
    );
    assert!(read(&strict).unwrap_err().message.contains("edges"));
    let long = format!("digraph G{} {{ a [label=\"{}\"] }}", "g".repeat(9000), "\\G".repeat(9000));
    let (it, notices) = read(&long).unwrap();
    assert_eq!((it.nodes[0].lines[0].text.chars().count(), notices.len()), (2001, 1));
    let many = names(400);
    let text = "x".repeat(1900);
    let wide = format!("digraph {{ edge [label=\"{text}\"] {{{many}}} -> {{{many}}} }}");
    assert!(read(&wide).unwrap_err().message.contains("longer than 64 MB"));
}
