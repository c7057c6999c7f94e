//! What a run asks of the services.

use std::collections::BTreeMap;

use crate::support::project::Project;
use crate::support::served::Served;

/// How many pages of so many a list has; an empty list is asked for once.
const fn pages(items: usize, a_page: usize) -> usize {
    if items == 0 {
        1
    } else {
        items.div_ceil(a_page)
    }
}

fn plan_requests(people: u32) -> (BTreeMap<String, usize>, usize) {
    let project = Project::of_people(people);
    let users = project.seed().directory.users.len();
    let served = Served::start(&project);
    let before = served.world();
    project.on(&served, &["plan", "-q"]).expect(0);
    assert_eq!(served.world(), before, "plan has changed something");
    (served.request_counts(), users)
}

#[test]
fn plan_sends_only_reads() {
    let (counts, _) = plan_requests(42);
    for sort in counts.keys() {
        let reads = ["GET ", "HEAD ", "OPTIONS "]
            .iter()
            .any(|method| sort.starts_with(method));
        // A query that is posted is a read all the same; that the world stays as it was, is
        // asserted above.
        let queries = ["/$batch", "/_apis/Contribution/HierarchyQuery"];
        assert!(
            reads || queries.iter().any(|end| sort.ends_with(end)),
            "{sort}"
        );
    }
}

#[test]
fn a_refresh_differs_by_pages_only() {
    // In a hundred there is somebody of every sort.
    let (few, _) = plan_requests(100);
    let (many, users) = plan_requests(4_200);
    let sorts = |counts: &BTreeMap<String, usize>| counts.keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        sorts(&few),
        sorts(&many),
        "another sort of request for more people"
    );
    assert!(few.values().all(|count| *count == 1), "{few:#?}");
    for (sort, count) in many {
        let expected = match sort.rsplit('/').next().unwrap().to_lowercase().as_str() {
            "userentitlements" => pages(4_200, 100),
            "users" if sort.contains("vssps") => pages(4_200, 500),
            "users" => pages(users, 999),
            _ => 1,
        };
        assert_eq!(count, expected, "{sort}");
    }
}

#[test]
fn few_people_among_many_are_looked_up_in_batches() {
    let project = Project::of_people(4_200);
    let mut live = project.seed();
    let kept: Vec<_> = live.members.keys().take(42).copied().collect();
    live.members.retain(|key, _| kept.contains(key));
    let toml = project.read("org.toml");
    let short: Vec<&str> = toml
        .lines()
        .take_while(|line| !line.starts_with("[members]"))
        .collect();
    let toml = format!("{}\nunlisted_users = \"warn\"\n", short.join("\n"));
    let project = Project::new(&toml, &serde_json::to_string(&live).unwrap());
    let served = Served::start(&project);
    project.on(&served, &["plan", "-q"]).expect(0);
    let counts = served.request_counts();
    assert_eq!(
        counts.get("POST graph.microsoft.com/v1.0/$batch"),
        Some(&1),
        "{counts:#?}"
    );
    assert!(
        !counts.contains_key("GET graph.microsoft.com/v1.0/users"),
        "{counts:#?}"
    );
}
