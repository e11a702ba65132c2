//! Who may log in where.

use super::{Cloud, End, Host, HostSet, Person};

impl Cloud {
    /// People who are known by name and may log in on a host by SSH: from where they are, or from a
    /// host on which they may log in and that may reach it.
    pub fn administrators(&self, host: &Host) -> Vec<&Person> {
        let reach: Vec<(&End, HostSet)> = self
            .flows
            .iter()
            .filter(|it| it.service == "ssh")
            .filter_map(|it| Some((&it.from, self.hosts_at(&it.to)?.clone())))
            .collect();
        // Hosts from which this one can be reached, itself the first.
        let mut near = vec![host.id];
        let mut next = 0;
        while let Some(at) = near.get(next).copied() {
            next += 1;
            for (from, _) in reach.iter().filter(|it| it.1.contains(at)) {
                if let End::Hosts(hosts) = from {
                    for id in hosts.iter() {
                        if !near.contains(&id) {
                            near.push(id);
                        }
                    }
                }
            }
        }
        let may = |end: &End| {
            reach.iter().any(|it| it.0 == end && near.iter().any(|id| it.1.contains(*id)))
        };
        self.outside
            .values()
            .filter(|it| may(&End::Outside(it.name.clone())))
            .flat_map(|it| &it.people)
            .collect()
    }
}
