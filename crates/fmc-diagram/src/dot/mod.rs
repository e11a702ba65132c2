//! Reading the language of Graphviz.
