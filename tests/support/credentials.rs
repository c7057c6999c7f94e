//! An organization in which somebody has a personal access token and two SSH keys.

use serde_json::json;

use super::project::Project;

/// The example, with one person who has tokens and keys, and lines behind its org.toml.
pub(crate) fn project(lines: &str) -> Project {
    let project = Project::of_example("contoso");
    let mut live = project.json("live.json");
    let members = live["members"].as_object().unwrap();
    let (lee, _) = members
        .iter()
        .find(|(_, member)| member["principal_name"] == "hamid.r@outlook.com")
        .unwrap();
    let credential = |n: u32, name: &str| json!({ "name": name, "id": id(n) });
    let held = json!({
        "tokens": [credential(1, "nightly build")],
        "ssh_keys": [credential(2, "laptop"), credential(3, "Rechner von Jürgen")],
    });
    live["credentials"] = json!({ "known": { lee: held } });
    std::fs::write(project.path("live.json"), live.to_string()).unwrap();
    project.append_to_config(lines);
    project
}

pub(crate) fn id(n: u32) -> String {
    format!("50000000-0000-4000-8000-00000000000{n}")
}
