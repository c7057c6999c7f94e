//! Every example is carried through in the sandbox, a person's part included, and stays as it is.

use std::fs;
use std::path::Path;

use crate::support::project::{Project, Run};

const APPLY: [&str; 2] = ["apply", "--auto-approve"];

/// Applies once more after pressing what the gate names, if it stands at one.
fn through_the_gate(project: &Project) -> Run {
    let run = project.sandbox(&APPLY);
    if run.code != 7 {
        return run.expect(0);
    }
    let button = ["connect", "disconnect"]
        .into_iter()
        .find(|button| run.stderr.contains(&format!("`orgctl sandbox {button}`")));
    let button = button.unwrap_or_else(|| panic!("no button is named:\n{}", run.stderr));
    project.run(&["sandbox", button]).expect(0);
    project.sandbox(&APPLY).expect(0)
}

#[test]
fn every_example_converges_and_stays() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut played = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let project = Project::of_example(&name);
        project.sandbox(&["plan", "--detailed-exitcode"]).expect(2);
        through_the_gate(&project);
        let again = project.sandbox(&APPLY).expect(0);
        let last = again.stdout.trim_end().lines().last().unwrap();
        assert!(last.starts_with("No changes. "), "{name}: {last}");
        project.sandbox(&["plan", "--detailed-exitcode"]).expect(0);
        played += 1;
    }
    assert!(played >= 6, "only {played}");
}
