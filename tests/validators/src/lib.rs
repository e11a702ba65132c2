//! Nothing but tests: they join what thinks and what acts. Each example cloud is built, and each of
//! its files is given to the real tool that will read it, on the host that it is for, in namespaces of
//! its own over the root of components. A test that cannot run fails.
