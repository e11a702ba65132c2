//! Icons by name: brands, general signs and our own, all as vector shapes.
